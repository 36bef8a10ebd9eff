/// The path of a control group below the root of the cgroup v2 hierarchy: `system.slice/x.service`.
public struct CgroupPath: Hashable, Sendable {
    /// The path, without a slash at either end.
    public let text: String

    /// Reads a path, or nothing where it is none, or where nft could not take it as it is.
    ///
    /// nft's quoted strings have no escape; systemd's own one, `\x2d`, means nothing to nft.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.longest, parts.count <= Self.deepest,
            text.utf8.allSatisfy(Self.isUsable),
            parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
        else { return nil }
        self.text = text
    }

    /// How deep below the root it lies: 1 for a group directly there.
    ///
    /// The kernel compares the ancestor of that level, so groups further down match as well
    /// (nft(8), "Socket expression").
    public var level: Int { text.utf8.count { $0 == UInt8(ascii: "/") } + 1 }

    /// Where nft looks for the hierarchy, whatever is mounted there (`SYSFS_CGROUPSV2_PATH`).
    public static let hierarchy = "/sys/fs/cgroup"

    /// The most bytes that a path may have.
    public static let longest = 512

    /// The deepest level that a rule can compare (`nft_socket.c`: one byte).
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
