/// The path of a file to include, or of several, whose names have something in common.
///
/// In the last part of the path `*` stands for any characters and `?` for one. As in a shell,
/// neither stands for a dot at the beginning.
struct IncludePattern {
    /// The part up to the last slash, with the slash.
    let directory: String

    /// What comes behind it.
    let name: String

    init(_ path: String) {
        directory = FilePath.directory(of: path)
        name = String(path.dropFirst(directory.count))
    }

    /// Whether it stands for any number of files.
    var hasWildcard: Bool { Self.hasWildcard(name) }

    /// Whether a wildcard stands where none can.
    var hasWildcardInDirectory: Bool { Self.hasWildcard(directory) }

    private static func hasWildcard(_ text: String) -> Bool {
        text.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
    }

    /// Those of the names that it stands for, in the order of their bytes.
    func matches(among names: [String]) -> [String] {
        names.filter(matches).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Whether it stands for a name.
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
            } else if next < pattern.count, pattern[next] == "?" || pattern[next] == text[position]
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
