/// A version of the Internet Protocol.
public enum IPFamily: String, Hashable, Sendable, CaseIterable, Codable, Comparable {
    case ipv4
    case ipv6

    /// The width of an address, in bits.
    public var bitWidth: Int {
        switch self {
        case .ipv4: 32
        case .ipv6: 128
        }
    }

    /// The name as people write it: `IPv4`, `IPv6`.
    public var title: String {
        switch self {
        case .ipv4: "IPv4"
        case .ipv6: "IPv6"
        }
    }

    /// Orders IPv4 before IPv6.
    public static func < (left: IPFamily, right: IPFamily) -> Bool {
        left.bitWidth < right.bitWidth
    }
}
