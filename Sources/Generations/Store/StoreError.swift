import GenerationModel
import Glibc
public import TrustedFiles

/// Why the store can't be read or written.
public enum StoreError: Error, Sendable, Hashable {
    /// A system call failed on a path.
    case system(call: String, path: String, errno: Int32)
    /// The store, or what leads to it, belongs to or can be written by others.
    case unsafe(FileDanger)
    /// The store's path leads through a link of `/proc`.
    case inProc(path: String)
    /// A file does not contain what was written to it.
    case corrupt(path: String, reason: String)
    /// The head does not contain what was written to it, and the kernel's markers do not tell it.
    case headLost(path: String, reason: String)
    /// Another version, usually a newer one, has written a file in a format that this one doesn't know.
    case unknownFormat(path: String, format: Int)
    /// There is no generation of this number.
    case noGeneration(Int, available: [Int])
}

extension StoreError {
    /// The same error of a store's directory.
    init(_ error: FileError) {
        switch error {
        case .cannotOpen(let path, let errno):
            self = .system(call: "open", path: path, errno: errno)
        case .cannotRead(let path, let errno):
            self = .system(call: "read", path: path, errno: errno)
        case .cannotMake(let path, let errno):
            self = .system(call: "mkdir", path: path, errno: errno)
        case .notARegularFile(let path):
            self = .system(call: "open", path: path, errno: ENOTDIR)
        case .inProc(let path):
            self = .inProc(path: path)
        }
    }
}

extension StoreError: CustomStringConvertible {
    /// The error as a sentence for the operator.
    public var description: String {
        switch self {
        case .system(let call, let path, let errno):
            "\(path): \(call): \(errorText(errno))"
        case .unsafe(let danger):
            "\(danger.message), and what the state directory contains is loaded as rules; choose a state "
                + "directory that only you can change (`--state-dir`), or, if nobody else needs this "
                + "one and you trust what is there, run \(danger.command(owner: geteuid()))"
        case .inProc(let path):
            "\(path) is in /proc, where any process can choose what a name leads to; choose another "
                + "`--state-dir`"
        case .corrupt(let path, let reason) where path.hasSuffix("/head.json"):
            "\(path) is damaged: \(reason)"
        case .headLost(let path, let reason):
            """
            \(path) is damaged: \(reason); and the kernel has no generation from this state \
            directory from which it could be restored
            restore the state directory from a backup; or move it out of the way, and apply the \
            policy with `--adopt`: the kernel's table stays as it is until then
            """
        case .corrupt(let path, let reason):
            """
            \(path) is damaged: \(reason)
            restore the state directory from a backup; or move it out of the way, and apply the \
            policy with `--adopt`: the kernel's table stays as it is until then
            """
        case .unknownFormat(let path, let format):
            """
            \(path) has format \(format), and this version of redirctl reads formats \
            \(StoreFormat.readable.lowerBound) to \(StoreFormat.readable.upperBound)
            nothing was changed, and the kernel's table stays as it is; use the version that wrote it
            """
        case .noGeneration(let number, let available):
            "there is no generation \(number); "
                + (available.isEmpty
                    ? "the history is empty"
                    : "the history has \(available.map(String.init).joined(separator: ", "))")
        }
    }
}
