public import Addressing

/// A part of a packet by which a rule looks up in a map (nft(8), "Maps", "Concatenations").
public enum KeyField: Sendable, Hashable, Codable {
    /// `iifname`: one interface by its whole name.
    case inputInterface
    /// `oifname`: one interface by its whole name.
    case outputInterface
    /// `meta skuid`
    case user
    /// `meta skgid`
    case group
    /// `meta mark`, all of its bits.
    case mark
    /// `ip saddr` or `ip6 saddr`
    case sourceAddress(IPFamily)
    /// `ip daddr` or `ip6 daddr`
    case destinationAddress(IPFamily)
    /// `meta l4proto`
    case transport
    /// `th sport`
    case sourcePort
    /// `th dport`
    case destinationPort

    /// The expression in nft's language.
    public var expression: String {
        switch self {
        case .inputInterface: "iifname"
        case .outputInterface: "oifname"
        case .user: "meta skuid"
        case .group: "meta skgid"
        case .mark: "meta mark"
        case .sourceAddress(let family): "\(family.keyword) saddr"
        case .destinationAddress(let family): "\(family.keyword) daddr"
        case .transport: "meta l4proto"
        case .sourcePort: "th sport"
        case .destinationPort: "th dport"
        }
    }

    /// The name of its type in nft's language.
    public var type: String {
        switch self {
        case .inputInterface, .outputInterface: "ifname"
        case .user: "uid"
        case .group: "gid"
        case .mark: "mark"
        case .sourceAddress(let family), .destinationAddress(let family): family.typeName
        case .transport: "inet_proto"
        case .sourcePort, .destinationPort: "inet_service"
        }
    }

    /// How many bytes a value of it has.
    public var length: Int {
        switch self {
        case .inputInterface, .outputInterface: 16
        case .user, .group, .mark: 4
        case .sourceAddress(let family), .destinationAddress(let family): family.bitWidth / 8
        case .transport: 1
        case .sourcePort, .destinationPort: 2
        }
    }

    /// The highest number that a value of it can be.
    public var highest: UInt128 {
        length >= 16 ? .max : (UInt128(1) << UInt128(8 * length)) - 1
    }
}

extension IPFamily {
    /// The name of the type of its addresses in nft's language.
    var typeName: String {
        switch self {
        case .ipv4: "ipv4_addr"
        case .ipv6: "ipv6_addr"
        }
    }
}
