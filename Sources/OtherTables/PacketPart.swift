internal import Addressing

/// An address or port of a packet that rules compare.
enum PacketPart: UInt8, Sendable, Hashable, CaseIterable {
    case destinationPort
    case destinationAddress
    case sourcePort
    case sourceAddress
    /// The destination port before it was redirected, which connection tracking knows.
    case originalPort
    case originalAddress

    var isAddress: Bool {
        self == .destinationAddress || self == .sourceAddress || self == .originalAddress
    }

    /// How many bytes it has.
    func length(in family: IPFamily) -> Int { isAddress ? family.bitWidth / 8 : 2 }

    /// The highest number that it can be.
    func highest(in family: IPFamily) -> UInt128 {
        UInt128.max >> (128 - 8 * UInt128(length(in: family)))
    }
}

/// Some of the addresses and ports of a packet.
struct PacketParts: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    init(_ part: PacketPart) {
        self.init(rawValue: 1 << part.rawValue)
    }

    static let original: PacketParts = [.init(.originalPort), .init(.originalAddress)]

    func contains(_ part: PacketPart) -> Bool { contains(PacketParts(part)) }
}

/// What decides how rules read packets: the family, the direction, and what is known.
struct PacketShape: Sendable, Hashable {
    let family: IPFamily

    /// Whether connection tracking does not tell the ends of the connection (``FilterPacket``).
    let isReply: Bool

    /// The addresses and ports that are known.
    let known: PacketParts

    /// How many shapes there are.
    static let count = 1 << 8

    /// The number of the shape, below ``count``.
    var number: Int {
        Int(known.rawValue) << 2 | (isReply ? 2 : 0) | (family == .ipv4 ? 0 : 1)
    }
}

extension FilterPacket {
    /// An address or port as a number; `nil` if it is not known.
    func value(of part: PacketPart) -> UInt128? {
        switch part {
        case .destinationPort: destination.port.map { UInt128($0) }
        case .destinationAddress: destination.address?.bits
        case .sourcePort: source.port.map { UInt128($0) }
        case .sourceAddress: source.address?.bits
        case .originalPort: originalDestination.port.map { UInt128($0) }
        case .originalAddress: originalDestination.address?.bits
        }
    }

    /// The packet's shape.
    var shape: PacketShape {
        var known: PacketParts = []
        if destination.port != nil { known.insert(.init(.destinationPort)) }
        if destination.address != nil { known.insert(.init(.destinationAddress)) }
        if source.port != nil { known.insert(.init(.sourcePort)) }
        if source.address != nil { known.insert(.init(.sourceAddress)) }
        let isReply = tracking == .reply
        if !isReply, originalDestination.port != nil { known.insert(.init(.originalPort)) }
        if !isReply, originalDestination.address != nil { known.insert(.init(.originalAddress)) }
        return PacketShape(family: family, isReply: isReply, known: known)
    }
}
