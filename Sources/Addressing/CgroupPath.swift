/// The path of a control group below the root of the cgroup v2 hierarchy: `system.slice/x.service`.
public struct CgroupPath: Hashable, Sendable {
    /// The path, without a slash at either end.
    public let text: String

    /// Reads a path; `nil` if it is invalid, or nft's language can't express it.
    ///
    /// nft's quoted strings have no escape sequences, so systemd's `\x2d` is not one for nft.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.longest, parts.count <= Self.deepest,
            text.utf8.allSatisfy(Self.isUsable),
            parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
        else { return nil }
        self.text = text
    }

    /// The group's level in the hierarchy: 1 for a child of the root.
    ///
    /// The kernel compares a socket's ancestor group of this level, so sockets in groups below match
    /// as well (nft(8), "Socket expression").
    public var level: Int { text.utf8.count { $0 == UInt8(ascii: "/") } + 1 }

    /// The path at which nft expects the hierarchy (`SYSFS_CGROUPSV2_PATH` in its sources).
    public static let hierarchy = "/sys/fs/cgroup"

    /// The maximum length of a path, in bytes.
    public static let longest = 512

    /// The highest level that a rule can compare (one byte in the kernel's `nft_socket.c`).
    public static let deepest = 255

    private static func isUsable(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: #"/_.:@\+=,~-"#.utf8.contains(byte)
        }
    }
}

extension CgroupPath: Comparable {
    /// Orders by text.
    public static func < (left: CgroupPath, right: CgroupPath) -> Bool { left.text < right.text }
}

extension CgroupPath: CustomStringConvertible {
    /// The path.
    public var description: String { text }
}
