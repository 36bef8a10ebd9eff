internal import CLinux
internal import Glibc
internal import TrustedFiles

/// A network namespace (network_namespaces(7)); each has its own nftables tables.
public struct NetworkNamespace: Sendable, Hashable {
    /// The name for the namespace of process 1.
    public static let host = "host"

    private static let directory = "/run/netns"
    private static let hostPath = "/proc/1/ns/net"

    /// The device of the namespace's file.
    public let device: UInt64

    /// The inode of the namespace's file.
    ///
    /// Device and inode identify the namespace as long as it exists.
    public let inode: UInt64

    /// Returns the namespace of the calling thread.
    ///
    /// The corresponding C function is `stat`, on `/proc/thread-self/ns/net`.
    public static func current() throws(KernelError) -> NetworkNamespace {
        try NetworkNamespace(at: "/proc/thread-self/ns/net")
    }

    /// Moves the calling thread into the namespace that ip-netns(8) knows by this name, or into that of
    /// process 1 if the name is ``host``.
    ///
    /// The corresponding C function is `setns`. Threads that this thread starts later are in the new
    /// namespace, too. No privilege is needed if the thread is already there. If that can't be
    /// checked for `host`, the thread is assumed to be there.
    public static func enter(named name: String) throws(KernelError) {
        let path = name == host ? hostPath : "\(directory)/\(name)"
        guard !name.isEmpty, name != ".", name != "..", !name.contains("/") else {
            throw .system(call: path, errno: ENOENT)
        }
        if name == host, (try? isHost()) != false { return }
        guard try current() != (try? NetworkNamespace(at: path)) else { return }
        let error = clinux_netns_enter(path)
        guard error == 0 else { throw .failed(path, errno: error) }
    }

    /// Whether the calling thread is in the namespace of process 1.
    ///
    /// A process with fewer capabilities than process 1 may not read its namespace (ptrace(2),
    /// PTRACE_MODE_READ_FSCREDS), but may see its network files (proc_pid_net(5)). These belong to
    /// the namespace, so their inodes identify it.
    ///
    /// - Throws: An error if both are hidden, as on a procfs mounted with `hidepid`.
    public static func isHost() throws(KernelError) -> Bool {
        do {
            return try current() == NetworkNamespace(at: hostPath)
        } catch {
            let present = try NetworkNamespace(at: "/proc/thread-self/\(file)")
            return try present == NetworkNamespace(at: "/proc/1/\(file)")
        }
    }

    /// A file that every network namespace has.
    private static let file = "net/dev"

    /// The names by which ip-netns(8) knows the namespace, in ascending order.
    ///
    /// Names that could be confused with `host` or `net-INODE` are left out.
    public var names: [String] {
        Self.allNames.filter { self == (try? NetworkNamespace(at: "\(Self.directory)/\($0)")) }
    }

    /// The names that ip-netns(8) has given, in ascending order, whether or not they lead to a namespace.
    ///
    /// Names that could be confused with `host` or `net-INODE` are left out.
    public static var allNames: [String] {
        let entries = (try? DirectoryEntry.all(in: directory)) ?? []
        return entries.map(\.name).filter { $0 != host && !isNumbered($0) }.sorted()
    }

    /// Whether a name has the form `net-INODE`, which stands for a namespace without a name.
    public static func isNumbered(_ name: String) -> Bool {
        name.hasPrefix("net-") && name.utf8.dropFirst(4).allSatisfy { (48...57).contains($0) }
    }

    /// A number that the calling thread's namespace shares with no other one of the same boot
    /// (SO_NETNS_COOKIE, Linux 5.14); `nil` on older kernels.
    ///
    /// A new namespace can have the inode of one that is gone.
    public static func cookie() -> UInt64? {
        let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var cookie: UInt64 = 0
        var size = socklen_t(MemoryLayout<UInt64>.size)
        guard getsockopt(file, SOL_SOCKET, cookieOption, &cookie, &size) == 0 else { return nil }
        return cookie
    }

    /// SO_NETNS_COOKIE of asm-generic/socket.h.
    private static let cookieOption: Int32 = 71

    private init(at path: String) throws(KernelError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .failed(path, errno: errno) }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}
