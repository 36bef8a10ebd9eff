import Diagnostics

/// Paths as a policy writes them: relative to the file that names them.
enum FilePath {
    /// The kernel's limit on a path, in bytes, less the NUL behind it (`PATH_MAX`).
    private static let longest = 4095

    /// The path that is opened; beside standard input, it is relative to the working directory.
    static func resolve(_ path: String, besideFile file: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        return directory(of: file) + path
    }

    /// The part of a path up to its last slash, with the slash.
    static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    /// Whether a text can be handed to the kernel, and shown, as it stands.
    static func isPlausible(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= longest && !text.hasPrefix("~")
            && text.unicodeScalars.allSatisfy(\.isPrintable)
    }
}
