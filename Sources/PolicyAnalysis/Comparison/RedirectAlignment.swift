import PolicyModel

/// Redirects that two policies have in common, in the same order.
///
/// If a connection has its deciding redirects in both policies among these, they are a pair: of two
/// that match it, the same one comes first in both. So only connections that one of the other redirects
/// decides, before or after, can go elsewhere.
struct RedirectAlignment {
    /// The place in the new policy of each redirect of the old one; `nil` if it has no partner.
    private(set) var newPlaces: [Int?]

    /// The place in the old policy of each redirect of the new one; `nil` if it has no partner.
    private(set) var oldPlaces: [Int?]

    /// Pairs redirects that do the same.
    init(_ old: [Redirect], _ new: [Redirect]) {
        newPlaces = Array(repeating: nil, count: old.count)
        oldPlaces = Array(repeating: nil, count: new.count)
        for (oldPlace, newPlace) in Self.rising(Self.pairs(old, new)) {
            newPlaces[oldPlace] = newPlace
            oldPlaces[newPlace] = oldPlace
        }
    }

    private typealias Pair = (old: Int, new: Int)

    /// Redirects that do the same, most of them found by their names; each is in one pair.
    private static func pairs(_ old: [Redirect], _ new: [Redirect]) -> [Pair] {
        var places: [String: Int] = [:]
        places.reserveCapacity(new.count)
        for (index, redirect) in new.enumerated() where redirect.isEnabled {
            places[redirect.name] = index
        }
        var pairs: [Pair] = []
        var (oldRest, newRest) = ([Int](), Set(places.values))
        for (index, redirect) in old.enumerated() where redirect.isEnabled {
            if let place = places[redirect.name], newRest.contains(place),
                Meaning(redirect) == Meaning(new[place])
            {
                pairs.append((index, place))
                newRest.remove(place)
            } else {
                oldRest.append(index)
            }
        }
        guard !oldRest.isEmpty, !newRest.isEmpty else { return pairs }
        var others: [Meaning: [Int]] = [:]
        for place in newRest.sorted(by: >) {
            others[Meaning(new[place]), default: []].append(place)
        }
        for index in oldRest {
            if let place = others[Meaning(old[index])]?.popLast() { pairs.append((index, place)) }
        }
        return pairs.sorted { $0.old < $1.old }
    }

    /// The most pairs whose places rise in both policies.
    private static func rising(_ pairs: [Pair]) -> [Pair] {
        if zip(pairs, pairs.dropFirst()).allSatisfy({ $0.new < $1.new }) { return pairs }
        // The pair that ends the best sequence of each length, and what comes before each pair.
        var ends: [Int] = []
        var previous = [Int?](repeating: nil, count: pairs.count)
        for (index, pair) in pairs.enumerated() {
            var (low, high) = (0, ends.count)
            while low < high {
                let middle = (low + high) / 2
                if pairs[ends[middle]].new < pair.new { low = middle + 1 } else { high = middle }
            }
            previous[index] = low > 0 ? ends[low - 1] : nil
            if low < ends.count { ends[low] = index } else { ends.append(index) }
        }
        var sequence: [Pair] = []
        var next = ends.last
        while let index = next {
            sequence.append(pairs[index])
            next = previous[index]
        }
        return sequence.reversed()
    }
}

/// What a redirect does, whatever it is called.
private struct Meaning: Hashable {
    private let redirect: Redirect

    init(_ redirect: Redirect) { self.redirect = redirect }

    static func == (left: Meaning, right: Meaning) -> Bool {
        left.redirect.match == right.redirect.match
            && left.redirect.decision == right.redirect.decision
            && left.redirect.masquerade == right.redirect.masquerade
            && left.redirect.exceptions == right.redirect.exceptions
            && left.redirect.directions == right.redirect.directions
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(redirect.match)
        hasher.combine(redirect.decision)
    }
}
