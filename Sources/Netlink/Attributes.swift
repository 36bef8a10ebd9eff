internal import CNetfilter

/// An iterator over netlink attributes (netlink(7), `struct nlattr`).
struct AttributeList {
    private static let headerSize = 4
    /// The other two bits are flags about the value (NLA_TYPE_MASK).
    private static let typeBits: UInt16 = 0x3FFF

    private var rest: Bytes

    /// The offset of the last attribute's value.
    private(set) var place = 0

    private var restPlace = 0

    /// Whether the iteration ended at bytes that are no attribute.
    private(set) var isDamaged = false

    init(_ bytes: Bytes) {
        rest = bytes
    }

    /// The next attribute; `nil` at the end.
    mutating func next() -> (type: UInt32, value: Bytes)? {
        guard rest.count > 0 else { return nil }
        guard let length = rest.native(UInt16.self, at: 0).map(Int.init),
            let type = rest.native(UInt16.self, at: 2), length >= Self.headerSize,
            let value = rest[Self.headerSize..<length]
        else {
            isDamaged = true
            return nil
        }
        place = restPlace + Self.headerSize
        restPlace += (length + 3) & ~3
        rest = rest.dropFirst((length + 3) & ~3)
        return (UInt32(type & Self.typeBits), value)
    }
}

/// The attributes of an object or an expression, by type.
struct Attributes {
    /// Attributes of higher types are not kept; no object that is read has any.
    private static let most = 24

    private let bytes: Bytes

    /// The values' offsets (the upper 16 bits) and lengths (the lower 16 bits), by type; 0 for a
    /// missing attribute.
    ///
    /// A rule has dozens of these structures, so they must be small.
    private var places = InlineArray<24, UInt32>(repeating: 0)

    /// The highest type, including those that are not kept.
    private var highest: UInt32 = 0

    /// Reads attributes; `nil` if they are damaged or a type occurs twice.
    ///
    /// Empty attributes may occur twice: kernels for machines without unaligned access put one
    /// before each number of 64 bits (NFTA_COUNTER_PAD and others).
    init?(_ bytes: Bytes?) {
        guard let bytes else { return nil }
        self.bytes = bytes
        var list = AttributeList(bytes)
        while let (type, value) = list.next() {
            highest = max(highest, type)
            guard type < Self.most else { continue }
            let before = places[Int(type)]
            if before != 0, before & 0xFFFF == 0, value.count == 0 { continue }
            guard before == 0, let first = UInt16(exactly: list.place) else { return nil }
            // A header comes before each value, so no offset is 0; a length has 16 bits.
            places[Int(type)] = UInt32(first) << 16 | UInt32(truncatingIfNeeded: value.count)
        }
        guard !list.isDamaged else { return nil }
    }

    /// The value of a type; `nil` if there is no such attribute.
    subscript<Key: RawRepresentable<UInt32>>(key: Key) -> Bytes? {
        guard key.rawValue < Self.most else { return nil }
        let place = places[Int(key.rawValue)]
        let first = Int(place >> 16)
        return place == 0 ? nil : bytes[first..<(first + Int(place & 0xFFFF))]
    }

    /// Whether no attribute has a higher type than this one.
    ///
    /// Newer attributes, which this program does not know, can change the meaning of the others.
    func endsBy<Key: RawRepresentable<UInt32>>(_ key: Key) -> Bool {
        highest <= key.rawValue
    }

    /// The number in an attribute; `nil` if it is missing or does not have 32 bits.
    func number<Key: RawRepresentable<UInt32>>(_ key: Key) -> UInt32? {
        self[key]?.number(UInt32.self)
    }

    /// The flags in an attribute: none if it is missing, all if it does not have 32 bits.
    func flags<Key: RawRepresentable<UInt32>>(_ key: Key) -> UInt32 {
        self[key].map { $0.number(UInt32.self) ?? .max } ?? 0
    }

    /// Whether an attribute is missing or zero, which both stand for the default.
    func isZero<Key: RawRepresentable<UInt32>>(_ key: Key) -> Bool {
        self[key].map { $0.count > 0 && $0.bits == 0 } ?? true
    }

    /// The attributes in an attribute; `nil` if it is missing or damaged.
    func nest<Key: RawRepresentable<UInt32>>(_ key: Key) -> Attributes? {
        Attributes(self[key])
    }

    /// The register that an attribute names; `nil` if it names none.
    func register<Key: RawRepresentable<UInt32>>(_ key: Key) -> Register? {
        number(key).flatMap(Register.init)
    }

    /// The value for a register in an attribute (`enum nft_data_attributes`); `nil` if it has none.
    func value<Key: RawRepresentable<UInt32>>(_ key: Key) -> RegisterValue? {
        guard let data = nest(key), data.endsBy(NFTA_DATA_VALUE) else { return nil }
        return data[NFTA_DATA_VALUE].flatMap { RegisterValue($0) }
    }
}
