/// A translation of a prefix to another one of the same length, address by address.
public struct PrefixMove: Hashable, Sendable {
    /// The addresses that are translated.
    public let origin: AddressRange

    /// The addresses that they are translated to, in the same order.
    public let destination: AddressRange

    /// Creates a move; `nil` if the ranges are no prefixes of one family and the same length, or of one
    /// address.
    public init?(_ origin: AddressRange, to destination: AddressRange) {
        guard origin.family == destination.family, let length = origin.prefixLength,
            length == destination.prefixLength, length < origin.family.bitWidth
        else { return nil }
        self.origin = origin
        self.destination = destination
    }

    /// The family of both prefixes.
    public var family: IPFamily { destination.family }

    /// What is added to the number of an address; beyond the highest number it goes on at zero.
    public var offset: UInt128 { destination.bits.lowerBound &- origin.bits.lowerBound }

    /// The address that an address is translated to; `nil` if it is not in ``origin``.
    public func callAsFunction(_ address: IPAddress) -> IPAddress? {
        guard origin.contains(AddressRange(address)) else { return nil }
        return destination.address(at: address)
    }
}

extension AddressRange {
    /// The address with the bits of this prefix, and those of another address after them; `nil` if the
    /// range is no prefix, or the other address is of another family.
    public func address(at other: IPAddress) -> IPAddress? {
        guard family == other.family, prefixLength != nil else { return nil }
        let rest = bits.upperBound - bits.lowerBound
        return IPAddress(family: family, bits: bits.lowerBound | other.bits & rest)
    }

    /// An address that a host can have, as an example; the first of a larger network is none.
    public var firstHost: IPAddress? {
        let isWide = bits.upperBound - bits.lowerBound > 2
        return IPAddress(family: family, bits: isWide ? bits.lowerBound + 1 : bits.lowerBound)
    }
}
