public import Addressing

/// The key of an element of a map: for each part the numbers that it may be.
///
/// Numbers are as people write them: addresses and interface names as in the packet, the first byte
/// the most significant; users, groups and marks by their value.
public struct MapKey: Sendable, Hashable {
    /// The ranges, one for each of the map's ``KeyField``; of one number each unless the map has
    /// intervals.
    public var parts: [ClosedRange<UInt128>]

    /// Creates a key.
    public init(_ parts: [ClosedRange<UInt128>]) {
        self.parts = parts
    }

    /// Creates a key of single numbers.
    public init(exactly numbers: [UInt128]) {
        parts = numbers.map { $0...$0 }
    }

    /// Whether some connection has both keys.
    public func overlaps(_ other: MapKey) -> Bool {
        zip(parts, other.parts).allSatisfy { $0.overlaps($1) }
    }

    /// Hashes the lower ends; few keys have those in common and are not equal.
    public func hash(into hasher: inout Hasher) {
        for part in parts { hasher.combine(part.lowerBound) }
    }
}

extension MapKey: Comparable {
    /// Orders by the first part that differs, by its lower end first.
    public static func < (left: MapKey, right: MapKey) -> Bool {
        for (one, other) in zip(left.parts, right.parts) where one != other {
            return (one.lowerBound, one.upperBound) < (other.lowerBound, other.upperBound)
        }
        return false
    }
}

/// What a map has for a key.
public enum MapValue: Sendable, Hashable {
    /// Nothing but that the key is there: a set's value.
    case member
    /// A port.
    case port(Port)
    /// An address.
    case address(IPAddress)
    /// An address and a port.
    case addressAndPort(IPAddress, Port)
    /// `accept`: no later rule of the base chain is tried.
    case accept
    /// `jump CHAIN`
    case jump(to: String)
}

/// An element of a map.
public struct MapElement: Sendable, Hashable {
    /// What is looked up.
    public var key: MapKey

    /// What is found.
    public var value: MapValue

    /// The comment: the name of the redirect that the element belongs to.
    ///
    /// The elements of a map that belongs to one redirect as a whole have none.
    public var redirect: String?

    /// Creates an element.
    public init(key: MapKey, value: MapValue, redirect: String? = nil) {
        self.key = key
        self.value = value
        self.redirect = redirect
    }
}

/// What a counter has counted.
public struct PacketCount: Sendable, Hashable {
    /// Packets: for NAT the first one of each connection.
    public var packets: UInt64

    /// Bytes in these packets.
    public var bytes: UInt64

    /// Creates a count.
    public init(packets: UInt64 = 0, bytes: UInt64 = 0) {
        self.packets = packets
        self.bytes = bytes
    }

    /// The sum of two counts.
    public static func + (left: PacketCount, right: PacketCount) -> PacketCount {
        PacketCount(packets: left.packets &+ right.packets, bytes: left.bytes &+ right.bytes)
    }
}
