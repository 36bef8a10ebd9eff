internal import CLinux
internal import Glibc

/// A network namespace (network_namespaces(7)): each has nftables tables of its own.
public struct NetworkNamespace: Sendable, Hashable {
    private static let directory = "/run/netns"

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

    /// Moves the calling thread into the namespace that ip-netns(8) knows by this name.
    ///
    /// The corresponding C function is `setns`. Threads started later follow, those started before
    /// do not.
    public static func enter(named name: String) throws(KernelError) {
        let path = "\(directory)/\(name)"
        guard !name.isEmpty, name != ".", name != "..", !name.contains("/") else {
            throw .system(call: path, errno: ENOENT)
        }
        let error = clinux_netns_enter(path)
        guard error == 0 else { throw .failed(path, errno: error) }
    }

    /// What the namespace is called among those of this machine: `host`, a name of ip-netns(8), or
    /// `net-INODE`.
    public var key: String {
        if self == (try? NetworkNamespace(at: "/proc/1/ns/net")) { return "host" }
        let name = Self.names().first { name in
            // Names that could be taken for one of the other two forms are passed by.
            name != "host" && !name.hasPrefix("net-")
                && self == (try? NetworkNamespace(at: "\(Self.directory)/\(name)"))
        }
        return name ?? "net-\(inode)"
    }

    private init(at path: String) throws(KernelError) {
        var identity = clinux_netns()
        let error = clinux_netns_at(path, &identity)
        guard error == 0 else { throw .failed(path, errno: error) }
        device = identity.device
        inode = identity.inode
    }

    private static func names() -> [String] {
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
