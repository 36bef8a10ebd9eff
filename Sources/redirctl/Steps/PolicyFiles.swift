import Diagnostics
import TrustedFiles

/// The policies that a command is given by files and directories.
enum PolicyFiles {
    /// The files, and those of the directories that end in `.yaml` or `.yml`, in the order of their names.
    ///
    /// - Throws: ``Failure`` for a directory without such files.
    static func named(_ paths: [String]) throws -> [String] {
        try paths.flatMap { path in
            guard path != "-", isDirectory(path) else { return [path] }
            let names = try CheckedDirectory.names(in: path).names
                .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
            guard !names.isEmpty else {
                throw Failure("\(path.escaped) has no policies: no file ends in .yaml or .yml")
            }
            let folder = path.hasSuffix("/") ? path : path + "/"
            return names.sorted().map { folder + $0 }
        }
    }

    private static func isDirectory(_ path: String) -> Bool {
        (try? CheckedDirectory(path: path))?.exists == true
    }
}
