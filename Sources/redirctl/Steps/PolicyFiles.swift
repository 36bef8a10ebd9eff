import Diagnostics
import TrustedFiles

/// The policies that a command is given by files and directories.
enum PolicyFiles {
    /// The files, and those of the directories that end in `.yaml` or `.yml`, in the order of their names.
    ///
    /// A directory without such files stands for itself: whoever reads it says what is wrong. No file comes
    /// twice.
    static func named(_ paths: [String]) throws -> [String] {
        var seen: Set<String> = []
        return try paths.flatMap { path in
            guard path != "-", isDirectory(path) else { return [path] }
            let names = try CheckedDirectory.names(in: path).names
                .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
            guard !names.isEmpty else { return [path] }
            let folder = path.hasSuffix("/") ? path : path + "/"
            return names.sorted().map { folder + $0 }
        }.filter { seen.insert($0).inserted }
    }

    private static func isDirectory(_ path: String) -> Bool {
        (try? CheckedDirectory(path: path))?.exists == true
    }
}
