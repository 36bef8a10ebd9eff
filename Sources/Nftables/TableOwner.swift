internal import Glibc

/// The process that has a table for itself (`flags owner`).
public struct TableOwner: Sendable, Hashable {
    /// The process's number.
    public let process: Int32

    /// Its command line, or nothing where that can't be read.
    public let command: [String]

    /// Finds the owner of an `inet` table, where it has one that can be told.
    ///
    /// The kernel knows the netlink socket, and the first one of a process bears its number
    /// (netlink(7)).
    public static func of(_ table: String) -> TableOwner? {
        guard let port = try? Netlink.owner(of: table), let process = Int32(exactly: port),
            kill(process, 0) == 0 || errno == EPERM
        else { return nil }
        // A process of the program's own, which hears no signals, may have it on the program's behalf.
        let command = commandLine(of: process)
        if let parent = parent(of: process), !command.isEmpty, commandLine(of: parent) == command {
            return TableOwner(process: parent, command: command)
        }
        return TableOwner(process: process, command: command)
    }

    private static func parent(of process: Int32) -> Int32? {
        // Its name, in parentheses, can hold anything; behind it are its state and its parent.
        let status = contents(of: "/proc/\(process)/stat")
        guard let end = status.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = String(decoding: status[end...].dropFirst(), as: UTF8.self)
            .split(separator: " ")
        return fields.count > 1 ? Int32(fields[1]) : nil
    }

    private static func commandLine(of process: Int32) -> [String] {
        contents(of: "/proc/\(process)/cmdline").split(separator: 0)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private static func contents(of path: String) -> ArraySlice<UInt8> {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(file, &bytes, bytes.count)
        return bytes.prefix(max(0, count))
    }
}
