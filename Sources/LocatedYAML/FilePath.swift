import Diagnostics

/// Paths as files name others: relative to the file that names them.
public enum FilePath {
    /// The kernel's limit on a path, in bytes, without the NUL at its end (`PATH_MAX`).
    private static let longest = 4095

    /// The path that is opened; a path in standard input is relative to the working directory.
    public static func resolve(_ path: String, besideFile file: String) -> String {
        path.hasPrefix("/") ? path : directory(of: file) + path
    }

    /// The path relative to the file's directory if it is in there; otherwise the path itself.
    static func name(of path: String, besideFile file: String) -> String {
        let directory = directory(of: file)
        return path.hasPrefix(directory) ? String(path.dropFirst(directory.count)) : path
    }

    /// The part of a path up to its last slash, with the slash.
    static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    /// Whether a text can be a path: not empty, printable, not too long, and without `~`.
    public static func isPlausible(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= longest && !text.hasPrefix("~")
            && text.unicodeScalars.allSatisfy(\.isPrintable)
    }
}

/// The path of a file, or a pattern for the names of several in one directory.
///
/// In the last part of the path `*` stands for any characters and `?` for one. As in a shell,
/// neither stands for a dot at the beginning.
public struct PathPattern {
    /// The part up to the last slash, with the slash.
    public let directory: String

    /// The part after it.
    let name: String

    /// Divides a path.
    public init(_ path: String) {
        directory = FilePath.directory(of: path)
        name = String(path.dropFirst(directory.count))
    }

    /// Whether it has a wildcard, so that it can stand for several files.
    public var hasWildcard: Bool { Self.hasWildcard(name) }

    /// Whether the directory has a wildcard, which is not supported.
    public var hasWildcardInDirectory: Bool { Self.hasWildcard(directory) }

    private static func hasWildcard(_ text: String) -> Bool {
        text.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
    }

    /// The names that match, in the order of their bytes.
    public func matches(among names: [String]) -> [String] {
        names.filter(matches).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Whether a name matches.
    func matches(_ candidate: String) -> Bool {
        guard candidate.utf8.first != UInt8(ascii: ".") || name.utf8.first == UInt8(ascii: ".")
        else { return false }
        return Self.matches(Array(candidate.unicodeScalars), Array(name.unicodeScalars))
    }

    /// Goes back to the last `*` only, so that the time is at most the product of the lengths.
    private static func matches(_ text: [Unicode.Scalar], _ pattern: [Unicode.Scalar]) -> Bool {
        var (position, next) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while position < text.count {
            if next < pattern.count, pattern[next] == "*" {
                star = (next, position)
                next += 1
            } else if next < pattern.count,
                pattern[next] == "?" || pattern[next] == text[position]
            {
                (position, next) = (position + 1, next + 1)
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                (position, next) = (last.text + 1, last.pattern + 1)
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == "*" }
    }
}
