import PolicyModel
import RulesetModel

/// The keys that each of some candidates of one shape gets in one map: what those before it leave.
struct DisjointKeys {
    /// For each candidate its keys; `nil` if there would be too many, and it is better off as a
    /// rule after the map.
    private(set) var keys: [[MapKey]?] = []

    /// Takes candidates in the policy's order.
    init(of candidates: [Candidate], _ shape: MapShape) {
        if shape.isInterval {
            cut(candidates, shape)
        } else {
            // Keys of single numbers are equal or have nothing in common.
            var taken: Set<MapKey> = []
            keys = candidates.map { candidate in
                candidate.region.keys(for: shape.key).filter { taken.insert($0).inserted }
            }
        }
    }

    /// The most comparisons of keys, for one redirect and for all of a map, and of redirects.
    ///
    /// If thousands overlap in many pieces, to compare each with each would take minutes.
    private static let mostComparisons = (each: 100_000, all: 2_000_000, ofRedirects: 40_000_000)

    private mutating func cut(_ candidates: [Candidate], _ shape: MapShape) {
        var index = OverlapIndex()
        var wholes: [[MapKey]] = []
        var (left, leftOfRedirects) = (Self.mostComparisons.all, Self.mostComparisons.ofRedirects)
        for candidate in candidates {
            guard leftOfRedirects > 0 else {
                // All after it are rules as well, so nothing has to know of it.
                keys.append(nil)
                continue
            }
            let whole = candidate.region.keys(for: shape.key)
            let entry = index.entry(for: candidate.region, group: 0, isStrict: false)
            // Without comparisons of keys, one that overlaps is enough to make it a rule.
            let before = index.members(overlapping: entry, atMost: left > 0 ? .max : 1)
            leftOfRedirects -= before.comparisons
            let rest = Self.cut(whole, before.members.lazy.map { wholes[$0] }, &left)
            keys.append(rest)
            // If nothing is left, all is taken already.
            if rest?.isEmpty == true { continue }
            // What became a rule still comes before those that overlap it: they are cut down too.
            index.insert(entry, number: 0)
            wholes.append(whole)
        }
    }

    /// What others leave of some keys; `nil` if that takes too many of them, or too long.
    private static func cut(
        _ whole: [MapKey],
        _ before: some Sequence<[MapKey]>,
        _ comparisonsLeft: inout Int
    ) -> [MapKey]? {
        var rest = whole
        let least = max(comparisonsLeft - mostComparisons.each, 0)
        for taken in before.joined() {
            comparisonsLeft -= rest.count
            if comparisonsLeft < least { return nil }
            if rest.contains(where: taken.overlaps) { rest = rest.flatMap { $0.without(taken) } }
            if rest.count > PolicySize.mostCombinations { return nil }
            if rest.isEmpty { break }
        }
        return rest
    }
}

extension MapKey {
    /// What is left of it without another, as keys that don't overlap.
    fileprivate func without(_ other: MapKey) -> [MapKey] {
        guard overlaps(other) else { return [self] }
        var pieces: [MapKey] = []
        var rest = self
        for (index, taken) in other.parts.enumerated() {
            let part = rest.parts[index]
            if part.lowerBound < taken.lowerBound {
                var piece = rest
                piece.parts[index] = part.lowerBound...(taken.lowerBound - 1)
                pieces.append(piece)
            }
            if part.upperBound > taken.upperBound {
                var piece = rest
                piece.parts[index] = (taken.upperBound + 1)...part.upperBound
                pieces.append(piece)
            }
            rest.parts[index] = part.clamped(to: taken)
        }
        return pieces
    }
}
