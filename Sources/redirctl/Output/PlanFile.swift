import FoundationEssentials
import Generations
import Glibc
import TrustedFiles

/// A saved plan as a file: what it is bound to, and for whoever reads it, what it would do.
struct PlanFile: Encodable {
    private let saved: SavedPlan
    private let report: PlanReport

    init(_ saved: SavedPlan, _ report: PlanReport) {
        self.saved = saved
        self.report = report
    }

    func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
        try saved.encode(to: encoder)
    }

    /// Refuses to replace anything but an earlier plan.
    static func checkTarget(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFREG,
            status.st_size == 0 || (try? SavedPlan.isPlan(CheckedFile(path: path))) == true
        else {
            throw Failure("\(path) is there already, and is no saved plan: choose another name")
        }
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let bytes = Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
        do {
            try SavedPlan.write(bytes, to: path)
        } catch let error as StoreError {
            guard case .system(_, _, let code) = error else { throw error }
            throw Failure("\(path) can't be written: \(errorText(code))")
        }
    }
}
