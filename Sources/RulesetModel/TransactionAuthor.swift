/// The thread that made a transaction, as the kernel reports it (NFT_MSG_NEWGEN).
public struct TransactionAuthor: Sendable, Hashable {
    /// The thread's id in the initial PID namespace; a program's first thread has the program's id.
    public let process: UInt32

    /// The thread's name (`/proc/PID/comm`): at most 15 bytes, and the program can choose them.
    public let name: String

    /// The process's command line; empty if it is not known.
    public var command: [String]

    /// Creates an author.
    public init(process: UInt32, name: String, command: [String] = []) {
        (self.process, self.name, self.command) = (process, name, command)
    }
}
