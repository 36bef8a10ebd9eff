internal import Addressing
internal import RulesetModel

/// Something about a packet, or drawn for it, that a rule of ours can ask for.
enum PacketField: Hashable {
    /// One end of a connection.
    enum Side: Hashable {
        case source
        case destination
    }

    /// `meta nfproto`
    case family
    /// `meta l4proto`
    case transport
    /// `iifname`
    case inputInterface
    /// `oifname`
    case outputInterface
    /// `meta skuid`
    case user
    /// `meta skgid`
    case group
    /// `meta mark`
    case mark
    /// What begins at a byte of the network header.
    case network(offset: Int)
    /// `ip dscp` or `ip6 dscp`, the bits where the header has them.
    case codePoint(IPFamily)
    /// What begins at a byte of the transport header.
    case ports(offset: Int)
    /// `ct status`
    case status
    /// `ct label`
    case label
    /// `ct original ip saddr` and the like.
    case originalAddress(Side, IPFamily)
    /// `ct original proto-src` and the like.
    case originalPort(Side)
    /// `fib daddr type`
    case destinationType
    /// `socket cgroupv2`
    case cgroup(level: Int)
    /// A number that the kernel draws or calculates.
    case draw(LoadBalancing.Method, modulus: UInt32)

    /// Whether rules of ours ask for what it begins with, by a shorter value or by a mask.
    var hasPrefixes: Bool {
        switch self {
        case .network, .originalAddress, .inputInterface, .outputInterface: true
        case .family, .transport, .user, .group, .mark, .codePoint, .ports, .status, .label,
            .originalPort, .destinationType, .cgroup, .draw:
            false
        }
    }
}

/// A field as a register holds it.
struct LoadedField: Hashable {
    let field: PacketField

    /// How many bytes of it.
    let length: Int

    /// How the bytes stand.
    var order: ByteOrder

    /// The bits that are left of it.
    var mask: UInt128?

    init(_ field: PacketField, length: Int, order: ByteOrder = .network) {
        self.field = field
        self.length = length
        self.order = order
    }

    /// All bits that it can have.
    var allBits: UInt128 { length >= 16 ? .max : (1 << UInt128(8 * length)) - 1 }
}
