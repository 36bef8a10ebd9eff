/// What the machine could not do about a policy's file.
public enum PolicyFileError: Error, Sendable, Hashable {
    /// The file could not be opened.
    case cannotOpen(path: String, errno: Int32)
    /// The file was opened and then could not be read.
    case cannotRead(path: String, errno: Int32)
    /// The path leads to a directory, a device or a pipe.
    case notARegularFile(path: String)
}

extension PolicyFileError: CustomStringConvertible {
    /// A sentence for people, without a full stop.
    public var description: String {
        switch self {
        case .cannotOpen(let path, let errno):
            "cannot open \(path): \(errorText(errno))"
        case .cannotRead(let path, let errno):
            "cannot read \(path): \(errorText(errno))"
        case .notARegularFile(let path):
            "\(path) is not a regular file; a policy from a pipe is read with `-`"
        }
    }
}
