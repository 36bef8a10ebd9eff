internal import Addressing

/// The keys of a table's sets as numbers, each computed once.
struct SetValues {
    let sets: [String: OtherSet]
    private var known: [Key: IntervalSet<UInt128>?] = [:]

    private struct Key: Hashable {
        let set: String
        let bytes: Range<Int>
    }

    init(_ sets: [String: OtherSet]) {
        self.sets = sets
    }

    /// The numbers that some bytes of a key have in one element at least; `nil` if they can't be told.
    mutating func values(of set: String, at bytes: Range<Int>) -> IntervalSet<UInt128>? {
        let key = Key(set: set, bytes: bytes)
        if let values = known[key] { return values }
        let values = sets[set]?.values(at: bytes)
        known[key] = .some(values)
        return values
    }
}

extension OtherSet {
    fileprivate func values(at bytes: Range<Int>) -> IntervalSet<UInt128>? {
        guard catchAll == nil else { return nil }
        let isWhole = bytes == 0..<keyLength
        var intervals: [ClosedRange<UInt128>] = []
        intervals.reserveCapacity(count)
        for element in elements {
            // Without fields, a range of keys is one of all their bytes together.
            guard isWhole || !fields.isEmpty || element.first == element.last,
                bytes.upperBound <= element.first.count, bytes.upperBound <= element.last.count
            else { return nil }
            let first = UInt128(network: element.first[bytes])
            let last = UInt128(network: element.last[bytes])
            guard first <= last else { return nil }
            intervals.append(first...last)
        }
        return IntervalSet(intervals)
    }
}

extension UInt128 {
    fileprivate init(network bytes: ArraySlice<UInt8>) {
        self = bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }
}
