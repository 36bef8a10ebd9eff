import PolicyModel
import RulesetModel

/// The keys that each of some candidates of one shape gets in one map: what those before it leave.
struct Remainders {
    /// For each candidate its keys; nothing where there would be too many, and it is better off as a
    /// rule behind the map.
    private(set) var keys: [[MapKey]?] = []

    /// Takes candidates in the policy's order.
    init(of candidates: [Candidate], _ shape: Shape) {
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

    private mutating func cut(_ candidates: [Candidate], _ shape: Shape) {
        var index = OverlapIndex()
        var wholes: [[MapKey]] = []
        for candidate in candidates {
            let whole = candidate.region.keys(for: shape.key)
            let entry = index.entry(for: candidate.region, group: 0, isStrict: false)
            let before = index.members(overlapping: entry).flatMap { wholes[$0] }
            var rest: [MapKey]? = whole
            for taken in before {
                rest = rest.flatMap { keys in
                    let keys = keys.flatMap { $0.without(taken) }
                    return keys.count > PolicySize.mostCombinations ? nil : keys
                }
            }
            keys.append(rest)
            // What became a rule still comes before those that overlap it: they are cut down too.
            index.insert(entry, number: 0)
            wholes.append(whole)
        }
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
