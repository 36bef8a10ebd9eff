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

    /// The usual spelling: `IPv4`, `IPv6`.
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

extension IPFamily {
    /// The other family.
    public var other: IPFamily {
        switch self {
        case .ipv4: .ipv6
        case .ipv6: .ipv4
        }
    }

    /// The families for which a condition holds.
    ///
    /// Each of the four possible sets is created only once, because a large policy needs one for each
    /// redirect.
    public static func all(where holds: (IPFamily) -> Bool) -> Set<IPFamily> {
        switch (holds(.ipv4), holds(.ipv6)) {
        case (false, false): []
        case (true, false): onlyIPv4
        case (false, true): onlyIPv6
        case (true, true): both
        }
    }

    private static let onlyIPv4: Set<IPFamily> = [.ipv4]
    private static let onlyIPv6: Set<IPFamily> = [.ipv6]
    private static let both: Set<IPFamily> = [.ipv4, .ipv6]
}
