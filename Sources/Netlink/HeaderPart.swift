internal import Addressing

extension CodePoint {
    /// The first byte of the network header with bits of it.
    static func offset(in family: IPFamily) -> Int {
        switch family {
        case .ipv4: 1
        case .ipv6: 0
        }
    }

    /// How many bytes have bits of it.
    static func length(in family: IPFamily) -> Int {
        switch family {
        case .ipv4: 1
        case .ipv6: 2
        }
    }

    /// Its bits among those of the bytes.
    static func mask(in family: IPFamily) -> UInt128 { 0x3F << shift(in: family) }

    /// The code point with these bits; `nil` if they have others.
    init?(bits: UInt128, in family: IPFamily) {
        guard bits & ~Self.mask(in: family) == 0 else { return nil }
        self.init(UInt8(bits >> Self.shift(in: family)))
    }

    /// How many bits follow it in the bytes.
    private static func shift(in family: IPFamily) -> UInt128 {
        switch family {
        case .ipv4: 2
        case .ipv6: 6
        }
    }
}

/// A field of a header, by its place.
struct HeaderPart {
    let side: PacketField.Side
    let offset: Int
    let length: Int

    /// Whether rules of ours test the beginning of it, as they do for prefixes.
    private var hasPrefixes: Bool { length > 2 }

    /// The addresses in the network header of a family.
    static func addresses(of family: IPFamily) -> [HeaderPart] {
        switch family {
        case .ipv4:
            [
                HeaderPart(side: .source, offset: 12, length: 4),
                HeaderPart(side: .destination, offset: 16, length: 4),
            ]
        case .ipv6:
            [
                HeaderPart(side: .source, offset: 8, length: 16),
                HeaderPart(side: .destination, offset: 24, length: 16),
            ]
        }
    }

    /// The ports in the transport header of all protocols that have some.
    static let ports = [
        HeaderPart(side: .source, offset: 0, length: 2),
        HeaderPart(side: .destination, offset: 2, length: 2),
    ]

    /// Splits a test of some bytes of a header into tests of its fields.
    ///
    /// libnftables tests a prefix by as many bytes as it has, and may test two neighbours at once.
    static func split(
        _ condition: Condition,
        offset: Int,
        length: Int,
        among parts: [HeaderPart]
    ) -> [(PacketField.Side, [ClosedRange<UInt128>])]? {
        guard let ranges = condition.ranges,
            let part = parts.first(where: { $0.offset == offset })
        else { return nil }
        if length <= part.length {
            guard length == part.length || part.hasPrefixes else { return nil }
            let free = UInt128(8 * (part.length - length))
            let ones = (UInt128(1) << free) &- 1
            let whole = ranges.map { ($0.lowerBound << free)...($0.upperBound << free | ones) }
            return [(part.side, whole)]
        }
        guard let number = condition.single else { return nil }
        let more = length - part.length
        let first = number >> UInt128(8 * more)
        let rest = number & ((UInt128(1) << UInt128(8 * more)) &- 1)
        guard
            let others = split(
                .among([rest...rest]),
                offset: offset + part.length,
                length: more,
                among: parts
            )
        else { return nil }
        return [(part.side, [first...first])] + others
    }
}
