internal import CNetfilter
internal import RulesetModel

/// The key of an element of a set: a number, the beginning of an interval, or the end of one.
struct ElementKey: Hashable {
    let first: UInt128

    /// The last number of the interval, if the element says it itself.
    let last: UInt128?

    /// Whether an interval ends before the key.
    let isEnd: Bool

    /// How many bytes the key has.
    let length: Int

    /// Reads a key, or returns `nil` if the element has more than a key and a value.
    ///
    /// More is a time to live, a counter, or what this program does not know.
    init?(_ element: Attributes) {
        guard element.endsBy(NFTA_SET_ELEM_EXPRESSIONS), element[NFTA_SET_ELEM_EXPR] == nil,
            element[NFTA_SET_ELEM_EXPRESSIONS] == nil, element.isZero(NFTA_SET_ELEM_TIMEOUT),
            element[NFTA_SET_ELEM_EXPIRATION] == nil, element[NFTA_SET_ELEM_OBJREF] == nil,
            let key = element.value(NFTA_SET_ELEM_KEY)
        else { return nil }
        switch element.flags(NFTA_SET_ELEM_FLAGS) {
        case 0: isEnd = false
        case NFT_SET_ELEM_INTERVAL_END.rawValue: isEnd = true
        default: return nil
        }
        first = key.bits
        length = key.length
        guard element[NFTA_SET_ELEM_KEY_END] != nil else {
            last = nil
            return
        }
        guard let end = element.value(NFTA_SET_ELEM_KEY_END), end.length == length, !isEnd,
            end.bits >= first
        else { return nil }
        last = end.bits
    }

    /// The intervals that keys in any order make; `nil` if they make none.
    static func ranges(_ keys: [ElementKey], length: Int) -> [ClosedRange<UInt128>]? {
        let highest = length >= 16 ? UInt128.max : (UInt128(1) << UInt128(8 * length)) - 1
        var ranges: [ClosedRange<UInt128>] = []
        var open: UInt128?
        // The end of one interval comes before the beginning of another.
        for key in Set(keys).sorted(by: { ($0.first, $0.rank) < ($1.first, $1.rank) }) {
            if key.isEnd {
                // Everything below the first interval ends where that begins.
                if let first = open { ranges.append(first...(key.first - 1)) }
                guard open != nil || (key.first == 0 && ranges.isEmpty) else { return nil }
                open = nil
            } else {
                // In anonymous sets, libnftables leaves out an end where the next interval begins.
                if let first = open {
                    guard key.first > first else { return nil }
                    ranges.append(first...(key.first - 1))
                    open = nil
                }
                if let last = key.last { ranges.append(key.first...last) } else { open = key.first }
            }
        }
        if let open { ranges.append(open...highest) }
        return ranges.isEmpty ? nil : ranges
    }

    private var rank: Int { isEnd ? 0 : 1 }
}

extension MapDeclaration {
    /// The bytes of a key of single numbers, in the kernel's layout.
    ///
    /// - Returns: `nil` if the key is none of this map, or the map's keys can be ranges.
    func bytes(of key: MapKey) -> [UInt8]? {
        guard !isInterval, key.parts.count == self.key.count,
            key.parts.allSatisfy({ $0.lowerBound == $0.upperBound })
        else { return nil }
        let bytes = zip(self.key, key.parts).flatMap { part, range in
            partBytes(part, range.lowerBound)
        }
        return Array(bytes.prefix(keyLength))
    }

    /// The bytes of a part of a key, padded to a multiple of four.
    private func partBytes(_ part: KeyPart, _ number: UInt128) -> [UInt8] {
        let littleEndian = (0..<part.length).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        let ordered = order(of: part).isBigEndian ? littleEndian.reversed() : littleEndian
        return ordered + [UInt8](repeating: 0, count: 4 * part.words - part.length)
    }
}
