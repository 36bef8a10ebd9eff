/// Bytes of which only some are known.
struct PartialBytes: Hashable {
    /// The bytes; `nil` for one that can have any value.
    var bytes: [UInt8?]

    init(_ bytes: [UInt8?]) {
        self.bytes = bytes
    }

    /// Bytes that can all have any value.
    static func unknown(_ count: Int) -> PartialBytes {
        PartialBytes([UInt8?](repeating: nil, count: count))
    }

    /// A number in the machine's byte order.
    init(native number: some FixedWidthInteger) {
        bytes = withUnsafeBytes(of: number) { $0.map { $0 } }
    }

    /// A number in network byte order.
    init(network number: some FixedWidthInteger) {
        self.init(native: number.bigEndian)
    }

    /// All the bytes, if they are known.
    var known: [UInt8]? {
        var known: [UInt8] = []
        known.reserveCapacity(bytes.count)
        for byte in bytes {
            guard let byte else { return nil }
            known.append(byte)
        }
        return known
    }

    /// The bytes of a range; those beyond the end are unknown.
    subscript(range: Range<Int>) -> PartialBytes {
        if range.upperBound <= bytes.count { return PartialBytes(Array(bytes[range])) }
        return PartialBytes(range.map { $0 < bytes.count ? bytes[$0] : nil })
    }

    /// Whether they equal other bytes.
    func equals(_ other: some Collection<UInt8>) -> Ternary {
        var answer = Ternary.yes
        for (byte, wanted) in zip(bytes, other) {
            guard let byte else {
                answer = .maybe
                continue
            }
            if byte != wanted { return .no }
        }
        return answer
    }

    /// Whether they are within a range, as numbers whose most significant byte is first.
    func isWithin(_ first: some Collection<UInt8>, _ last: some Collection<UInt8>) -> Ternary {
        isAtLeast(first).and(isAtMost(last))
    }

    /// Whether they are at least as large as other bytes.
    func isAtLeast(_ other: some Collection<UInt8>) -> Ternary {
        // The lowest and the highest number that they can be decide.
        if order(ofUnknownAs: 0x00, other) >= 0 { return .yes }
        return order(ofUnknownAs: 0xFF, other) >= 0 ? .maybe : .no
    }

    /// Whether they are at most as large as other bytes.
    func isAtMost(_ other: some Collection<UInt8>) -> Ternary {
        if order(ofUnknownAs: 0xFF, other) <= 0 { return .yes }
        return order(ofUnknownAs: 0x00, other) <= 0 ? .maybe : .no
    }

    private func order(ofUnknownAs stand: UInt8, _ other: some Collection<UInt8>) -> Int {
        for (byte, wanted) in zip(bytes, other) where (byte ?? stand) != wanted {
            return (byte ?? stand) < wanted ? -1 : 1
        }
        return 0
    }
}

/// The bits that are known of a byte.
struct KnownBits {
    /// Which bits they are.
    let mask: UInt8

    /// What they are; zero elsewhere.
    let value: UInt8
}
