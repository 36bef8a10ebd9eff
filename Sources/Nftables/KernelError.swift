internal import Glibc
internal import TrustedFiles

/// Why a request to the kernel failed.
public enum KernelError: Error, Sendable, Hashable {
    /// One complaint about a command.
    public struct Complaint: Sendable, Hashable {
        /// The command's index in the batch; `nil` if libnftables does not tell it.
        public var command: Int?

        /// The part of the command, in bytes from 0; `nil` if libnftables does not tell it.
        public var part: ClosedRange<Int>?

        /// The text from libnftables; without the quoted command if that is very long.
        public var text: String

        /// Creates a complaint from its parts.
        public init(command: Int?, part: ClosedRange<Int>? = nil, text: String) {
            self.command = command
            self.part = part
            self.text = text
        }
    }

    /// The process lacks CAP_NET_ADMIN in the user namespace that owns its network namespace.
    case notPermitted
    /// The transaction was refused; nothing has changed in the kernel.
    case refused([Complaint])
    /// The kernel does not support what was requested: the version needed and the version running.
    case tooOld(needs: String, has: String)
    /// The process of libnftables ended: it crashed, aborted or called `exit`.
    ///
    /// The transaction may have been committed before, so the table must be read again.
    case libraryDied(status: String, output: String)
    /// The kernel's answer has a form that this program does not understand.
    case unreadableListing(String)
    /// A system call failed.
    case system(call: String, errno: Int32)

    /// The error of a failed call: ``notPermitted`` for EPERM.
    static func failed(_ call: String, errno: Int32) -> KernelError {
        errno == EPERM ? .notPermitted : .system(call: call, errno: errno)
    }
}

extension KernelError: CustomStringConvertible {
    /// The error as a text without a full stop.
    public var description: String {
        switch self {
        case .notPermitted: "not permitted: CAP_NET_ADMIN is needed"
        case .refused(let complaints):
            "the kernel refused the transaction: "
                + complaints.map(\.text).joined(separator: "\n")
        case .tooOld(let needed, let present):
            "this needs \(needed); the running kernel is \(present)"
        case .libraryDied(let status, let output):
            "libnftables died (\(status)): \(output)"
        case .unreadableListing(let problem): "the kernel's listing is unreadable: \(problem)"
        case .system(let call, let number):
            "\(call): \(errorText(number))"
        }
    }
}
