/// Why the kernel did not do what it was asked.
public enum KernelError: Error, Sendable, Hashable {
    /// One complaint about a command.
    public struct Complaint: Sendable, Hashable {
        /// The command's index in the batch, where libnftables names it.
        public var command: Int?

        /// libnftables' own words, whole.
        public var text: String

        /// Creates a complaint.
        public init(command: Int?, text: String) {
            self.command = command
            self.text = text
        }
    }

    /// The process lacks CAP_NET_ADMIN in the user namespace that owns its network namespace.
    case notPermitted
    /// The transaction was refused; the kernel holds what it held before.
    case refused([Complaint])
    /// libnftables ended its process: it crashed, aborted or left by `exit`.
    case libraryDied(status: String, output: String)
    /// The listing is not one that this program understands.
    case unreadableListing(String)
    /// A system call failed.
    case system(call: String, errno: Int32)
}
