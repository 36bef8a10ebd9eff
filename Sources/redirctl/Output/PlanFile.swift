import Generations
import Glibc
import Reporting
import TrustedFiles

/// A saved plan as a file: what it is bound to, and for whoever reads it, what it would do.
struct PlanFile: Codable {
    let saved: SavedPlan
    let contents: PlanContents

    init(_ saved: SavedPlan, _ plan: PlanReport) {
        self.saved = saved
        contents = PlanContents(plan)
    }

    init(from decoder: any Decoder) throws {
        saved = try SavedPlan(from: decoder)
        contents = try PlanContents(from: decoder)
    }

    func encode(to encoder: any Encoder) throws {
        try contents.encode(to: encoder)
        try saved.encode(to: encoder)
    }

    /// Refuses to replace anything but an earlier plan.
    static func checkTarget(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFREG,
            status.st_size == 0 || (try? SavedPlan.isPlan(CheckedFile(path: path))) == true
        else {
            throw Failure("\(path) exists already and is not a saved plan: choose another name")
        }
    }

    func write(to path: String) throws {
        let text = try JSONFormat.text(of: self)
        try ReadableFile.write(text, to: path)
    }
}

extension ReadableFile {
    /// Replaces a file that an option names.
    static func write(_ text: String, to path: String) throws {
        do {
            try replace(path, with: Array(text.utf8))
        } catch .system(_, _, let code) {
            throw Failure("\(path) can't be written: \(errorText(code))")
        }
    }
}
