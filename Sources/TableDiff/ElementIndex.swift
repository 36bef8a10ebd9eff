import RulesetModel

/// Finds elements by their keys.
///
/// A dictionary would do; but to look 100,000 keys up in one, each an array of its own, takes longer
/// than all the rest of a comparison.
struct ElementIndex {
    private let elements: [MapElement]

    /// Indices of elements, or `-1`; each is at the place that its key's hash says or after it.
    private var slots: [Int32]

    /// As many bits of the hash of each as fit, so that few keys are compared in vain.
    private var hashes: [UInt32]

    /// Creates an index of elements, of which no two have the same key.
    init(_ elements: [MapElement]) {
        self.elements = elements
        let capacity = 1 << (Int.bitWidth - (2 * elements.count + 1).leadingZeroBitCount)
        slots = [Int32](repeating: -1, count: capacity)
        hashes = [UInt32](repeating: 0, count: capacity)
        for index in elements.indices {
            let hash = elements[index].key.mixedHash
            var slot = Int(truncatingIfNeeded: hash) & (capacity - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (capacity - 1) }
            slots[slot] = Int32(index)
            hashes[slot] = UInt32(truncatingIfNeeded: hash >> 32)
        }
    }

    /// The index of the element that is equal to this one.
    func index(of element: MapElement) -> Int? {
        let hash = element.key.mixedHash
        let rest = UInt32(truncatingIfNeeded: hash >> 32)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if hashes[slot] == rest, elements[index] == element { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }
}

extension MapKey {
    /// A hash of the lower ends.
    fileprivate var mixedHash: UInt64 {
        var hash: UInt64 = 0
        for part in parts {
            hash.mix(UInt64(truncatingIfNeeded: part.lowerBound))
            hash.mix(UInt64(truncatingIfNeeded: part.lowerBound >> 64))
        }
        return hash
    }
}

extension UInt64 {
    fileprivate mutating func mix(_ word: UInt64) {
        self = (self ^ word) &* 0x9E37_79B9_7F4A_7C15
        self ^= self >> 29
    }
}
