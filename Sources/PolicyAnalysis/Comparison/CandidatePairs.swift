import PolicyModel

/// Pairs of redirects of two policies that could decide the same connections, of which at least one
/// has no partner in the other policy.
struct CandidatePairs {
    /// Each redirect of the old policy without a partner, with those of the new policy, in order.
    private(set) var ofOld: [(place: Int, partners: [Int])] = []

    /// Each redirect of the new policy without a partner, with those of the old policy, in order.
    private(set) var ofNew: [(place: Int, partners: [Int])] = []

    /// The redirects of the old policy that can match connections of any of these.
    private(set) var oldPlaces: [Int] = []

    /// The redirects of the new policy that can match connections of any of these.
    private(set) var newPlaces: [Int] = []

    /// The names of redirects for which no pairs were made, because there are too many.
    private(set) var unexamined: [String] = []

    private static let mostPairs = 1_000_000

    init(_ old: [Redirect], _ new: [Redirect], _ alignment: RedirectAlignment) {
        ofOld = old.indices.filter { old[$0].isEnabled && alignment.newPlaces[$0] == nil }
            .map { ($0, []) }
        ofNew = new.indices.filter { new[$0].isEnabled && alignment.oldPlaces[$0] == nil }
            .map { ($0, []) }
        guard !ofOld.isEmpty || !ofNew.isEmpty else { return }
        // Those of the new policy come after those of the old one.
        var hulls: [(hull: Hull, owner: Int)] = []
        for (owner, entry) in ofOld.enumerated() {
            hulls += Hull.hulls(of: old[entry.place]).map { ($0, owner) }
        }
        for (owner, entry) in ofNew.enumerated() {
            hulls += Hull.hulls(of: new[entry.place]).map { ($0, ofOld.count + owner) }
        }
        let tree = HullTree(hulls)
        var left = Self.mostPairs
        for place in old.indices where old[place].isEnabled && left >= 0 {
            let owners = tree.owners(overlapping: old[place])
            guard !owners.isEmpty else { continue }
            oldPlaces.append(place)
            for owner in owners where owner >= ofOld.count {
                let number = owner - ofOld.count
                // A pair whose partner comes first in the new policy decides no connection of this one.
                guard alignment.newPlaces[place].map({ $0 > ofNew[number].place }) ?? true
                else { continue }
                if left > 0 { ofNew[number].partners.append(place) }
                left -= 1
            }
        }
        for place in new.indices where new[place].isEnabled && left >= 0 {
            let owners = tree.owners(overlapping: new[place])
            guard !owners.isEmpty else { continue }
            newPlaces.append(place)
            for owner in owners where owner < ofOld.count {
                guard alignment.oldPlaces[place].map({ $0 > ofOld[owner].place }) ?? true
                else { continue }
                if left > 0 { ofOld[owner].partners.append(place) }
                left -= 1
            }
        }
        if left < 0 {
            let names = ofNew.map { new[$0.place].name }
            let known = Set(names)
            unexamined = names + ofOld.map { old[$0.place].name }.filter { !known.contains($0) }
            ofOld = []
            ofNew = []
        }
    }
}

extension HullTree {
    /// The owners of hulls that a redirect can have connections in common with.
    fileprivate func owners(overlapping redirect: Redirect) -> Set<Int> {
        var owners: Set<Int> = []
        for hull in Hull.hulls(of: redirect) {
            visit(overlapping: hull) { owner in
                owners.insert(owner)
                return true
            }
        }
        return owners
    }
}
