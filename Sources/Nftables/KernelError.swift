internal import Glibc

/// Why the kernel did not do what it was asked.
public enum KernelError: Error, Sendable, Hashable {
    /// One complaint about a command.
    public struct Complaint: Sendable, Hashable {
        /// The command's index in the batch, where libnftables names it.
        public var command: Int?

        /// The part of the command, in bytes from 0, where libnftables names one.
        public var part: ClosedRange<Int>?

        /// libnftables' own words; without the command, where that is longer than people read.
        public var text: String

        /// Creates a complaint.
        public init(command: Int?, part: ClosedRange<Int>? = nil, text: String) {
            self.command = command
            self.part = part
            self.text = text
        }
    }

    /// The process lacks CAP_NET_ADMIN in the user namespace that owns its network namespace.
    case notPermitted
    /// The transaction was refused; the kernel holds what it held before.
    case refused([Complaint])
    /// The kernel is older than what was asked of it; what is needed, and what is there.
    case tooOld(needs: String, has: String)
    /// libnftables ended its process: it crashed, aborted or left by `exit`.
    ///
    /// What the kernel holds must be read anew: the end may have come after the commit.
    case libraryDied(status: String, output: String)
    /// The listing is not one that this program understands.
    case unreadableListing(String)
    /// A system call failed.
    case system(call: String, errno: Int32)

    /// The error of a failed call: a lack of privileges is one, whichever call tells it.
    static func failed(_ call: String, errno: Int32) -> KernelError {
        errno == EPERM ? .notPermitted : .system(call: call, errno: errno)
    }
}

extension KernelError: CustomStringConvertible {
    /// The error in words.
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
            "\(call): \(String(cString: strerror(number)))"
        }
    }
}
