internal import CLinux
internal import Glibc

/// A network namespace (network_namespaces(7)): each has nftables tables of its own.
public struct NetworkNamespace: Sendable, Hashable {
    /// What the namespace of process 1 is called.
    public static let host = "host"

    private static let directory = "/run/netns"
    private static let hostPath = "/proc/1/ns/net"

    /// The device of the namespace's file.
    public let device: UInt64

    /// The inode of the namespace's file: with the device, the namespace's identity as long as it
    /// lives.
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
    /// The corresponding C function is `setns`. Threads started later follow, those started before
    /// do not. If the thread is there already, no privilege is needed. Where it can't be told
    /// whether that is so, whoever says `host` is taken at their word.
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
    /// Who has fewer capabilities than process 1 may not look at its namespace (ptrace(2),
    /// PTRACE_MODE_READ_FSCREDS), but may see its network files (proc_pid_net(5)). These are files of the
    /// namespace, so their inodes tell one from another.
    ///
    /// - Throws: If neither can be seen, as on a procfs mounted with `hidepid`.
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

    /// The names by which ip-netns(8) knows the namespace, ascending.
    ///
    /// Names that could be taken for `host` or `net-INODE` are left out.
    public var names: [String] {
        Self.allNames().filter { name in
            name != Self.host && !Self.isNumbered(name)
                && self == (try? NetworkNamespace(at: "\(Self.directory)/\(name)"))
        }
    }

    /// Whether a name could be taken for that of a namespace without one: `net-INODE`.
    public static func isNumbered(_ name: String) -> Bool {
        name.hasPrefix("net-") && name.utf8.dropFirst(4).allSatisfy { (48...57).contains($0) }
    }

    private init(at path: String) throws(KernelError) {
        var identity = clinux_netns()
        let error = clinux_netns_at(path, &identity)
        guard error == 0 else { throw .failed(path, errno: error) }
        device = identity.device
        inode = identity.inode
    }

    private static func allNames() -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
