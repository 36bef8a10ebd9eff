internal import Glibc
internal import Netlink

/// The process that owns a table (`flags owner`).
public struct TableOwner: Sendable, Hashable {
    /// The process's id.
    public let process: Int32

    /// The process's command line; empty if it can't be read.
    public let command: [String]

    /// Returns the owner of an `inet` table; `nil` if it has none, or the process is not known.
    ///
    /// The kernel reports the port of the owner's netlink socket. The port of a process's first
    /// socket is the process's id (netlink(7)).
    public static func of(_ table: String) -> TableOwner? {
        guard let port = try? KernelQuery.head(of: table)?.owner,
            let process = Int32(exactly: port),
            kill(process, 0) == 0 || errno == EPERM
        else { return nil }
        // redirctl itself owns a table through a child process, which blocks all signals.
        let command = ProcessFile.commandLine(of: process)
        if let parent = parent(of: process), !command.isEmpty,
            ProcessFile.commandLine(of: parent) == command
        {
            return TableOwner(process: parent, command: command)
        }
        return TableOwner(process: process, command: command)
    }

    private static func parent(of process: Int32) -> Int32? {
        // The name in parentheses can contain anything; after it come the state and the parent.
        let status = ProcessFile.contents(of: "stat", process)
        guard let end = status.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = String(decoding: status[end...].dropFirst(), as: UTF8.self)
            .split(separator: " ")
        return fields.count > 1 ? Int32(fields[1]) : nil
    }
}
