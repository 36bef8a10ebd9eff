internal import CNetfilter

/// Netlink attributes, one after the other (netlink(7), `struct nlattr`).
struct AttributeList {
    private static let headerSize = 4
    /// Two bits of the type say how the value is to be read (NLA_TYPE_MASK).
    private static let typeBits: UInt16 = 0x3FFF

    private var rest: Bytes

    /// Where in all the bytes the value of the last attribute begins.
    private(set) var place = 0

    private var restPlace = 0

    /// Whether what was left did not look like an attribute.
    private(set) var isDamaged = false

    init(_ bytes: Bytes) {
        rest = bytes
    }

    /// The next attribute.
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
    /// More than any kind of ours has.
    private static let most = 24

    private let bytes: Bytes

    /// Where in the bytes the values are: 16 bits for the first byte, 16 for the number of bytes.
    ///
    /// There are dozens of these in every rule; this keeps them small.
    private var places = InlineArray<24, UInt32>(repeating: 0)

    /// The highest type among them, also of those that are not kept.
    private var highest: UInt32 = 0

    /// Reads attributes, or nothing where they are damaged or one is there twice.
    ///
    /// Empty ones may repeat: kernels for machines that can't load unaligned numbers put one before
    /// each number of 64 bits (NFTA_COUNTER_PAD and the like).
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
            // Its header is in front of each, so no place is 0; and its length has 16 bits.
            places[Int(type)] = UInt32(first) << 16 | UInt32(truncatingIfNeeded: value.count)
        }
        guard !list.isDamaged else { return nil }
    }

    /// The value of a type.
    subscript<Key: RawRepresentable<UInt32>>(key: Key) -> Bytes? {
        guard key.rawValue < Self.most else { return nil }
        let place = places[Int(key.rawValue)]
        let first = Int(place >> 16)
        return place == 0 ? nil : bytes[first..<(first + Int(place & 0xFFFF))]
    }

    /// Whether there is no type that is newer than this one.
    ///
    /// What this program does not know can change what all the rest means.
    func endsBy<Key: RawRepresentable<UInt32>>(_ key: Key) -> Bool {
        highest <= key.rawValue
    }

    /// The number in an attribute of 32 bits.
    func number<Key: RawRepresentable<UInt32>>(_ key: Key) -> UInt32? {
        self[key]?.number(UInt32.self)
    }

    /// The flags in an attribute: none if it is missing, all of them if it is no number of 32 bits.
    func flags<Key: RawRepresentable<UInt32>>(_ key: Key) -> UInt32 {
        self[key].map { $0.number(UInt32.self) ?? .max } ?? 0
    }

    /// Whether an attribute is missing or a zero, which both mean that nothing was asked for.
    func isZero<Key: RawRepresentable<UInt32>>(_ key: Key) -> Bool {
        self[key].map { $0.count > 0 && $0.bits == 0 } ?? true
    }

    /// The attributes in an attribute.
    func nest<Key: RawRepresentable<UInt32>>(_ key: Key) -> Attributes? {
        Attributes(self[key])
    }

    /// The name of a register in an attribute.
    func register<Key: RawRepresentable<UInt32>>(_ key: Key) -> Register? {
        number(key).flatMap(Register.init)
    }

    /// The value for a register in an attribute (`struct nft_data`).
    func value<Key: RawRepresentable<UInt32>>(_ key: Key) -> RegisterValue? {
        guard let data = nest(key), data.endsBy(NFTA_DATA_VALUE) else { return nil }
        return data[NFTA_DATA_VALUE].flatMap { RegisterValue($0) }
    }
}
