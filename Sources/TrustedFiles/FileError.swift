import Diagnostics
import Glibc

/// Why a file or directory can't be used.
public enum FileError: Error, Sendable, Hashable {
    /// The file could not be opened.
    case cannotOpen(path: String, errno: Int32)
    /// The file was opened and then could not be read.
    case cannotRead(path: String, errno: Int32)
    /// A directory could not be created.
    case cannotMake(path: String, errno: Int32)
    /// The path leads to a directory, a device or a pipe.
    case notARegularFile(path: String)
    /// The path leads into `/proc`, where any process can create what looks like a file of root.
    case inProc(path: String)
}

extension FileError: CustomStringConvertible {
    /// The error as a sentence without a full stop.
    public var description: String {
        switch self {
        case .cannotOpen(let path, let errno):
            "cannot open \(path.escaped): \(errorText(errno))"
                // Swift replaces what is not UTF-8 by this character.
                + (errno == ENOENT && path.contains("\u{FFFD}") ? " (a name must be UTF-8)" : "")
        case .cannotRead(let path, let errno): "cannot read \(path.escaped): \(errorText(errno))"
        case .cannotMake(let path, let errno): "cannot create \(path.escaped): \(errorText(errno))"
        case .notARegularFile(let path) where Self.isDirectory(path):
            "\(path.escaped) is a directory, not a policy; name a file in it"
        case .notARegularFile(let path):
            "\(path.escaped) is not a regular file; a policy from a pipe is read with `-`"
        case .inProc(let path):
            "\(path.escaped) is a file or link of /proc, where any user can choose what it contains; "
                + "copy the file that it leads to into a directory that only root can write"
        }
    }
}

extension FileError {
    /// Whether a path leads to a directory.
    public static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}

/// The system's description of an errno.
///
/// The corresponding C function is `strerror_r`, which is safe in all threads.
public func errorText(_ errno: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        guard let text = buffer.baseAddress, strerror_r(errno, text, buffer.count) == 0 else {
            return "error \(errno)"
        }
        return String(cString: text)
    }
}
