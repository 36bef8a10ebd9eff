import RulesetModel

/// The rules that ask maps on behalf of the redirects that the elements name, and which of these
/// rules are none of ours.
struct SharedMaps {
    /// Rules of the kernel that ask a map which the wanted rules ask already.
    ///
    /// What they do is not the redirects' doing.
    private(set) var foreignRules: Set<Handle> = []

    /// Maps whose rules come, go or stand elsewhere: all their elements are concerned.
    private(set) var touched: Set<String> = []

    /// Those whose rules only stand elsewhere.
    private(set) var displaced: Set<String> = []

    /// By so many rules at most, no ruleset of ours asks one map.
    ///
    /// With each rule that asks a map, each of its elements is read once more.
    static let mostRulesAskingAMap = 16

    /// Rules that are to go, with the map that each asks.
    private(set) var going: [(rule: Handle, map: String)] = []

    init(_ wanted: Ruleset, _ live: LiveTable, _ chains: [ChainComparison]) {
        let wantedMaps = Set(wanted.maps.map(\.name))
        let lacking = Set(chains.lazy.flatMap(\.lacking).compactMap(\.sharedMap))
        displaced = Set(chains.lazy.flatMap(\.displaced).compactMap(\.sharedMap))
        let wantedChains = Set(chains.map(\.wanted.name))
        let surplus =
            chains.lazy.flatMap(\.surplus)
            + live.chains.lazy.filter { !wantedChains.contains($0.name) }.flatMap(\.rules)
        touched = lacking.union(displaced)
        var askedBy: [String: Int] = [:]
        for rule in surplus {
            guard let map = rule.known?.sharedMap else { continue }
            askedBy[map, default: 0] += 1
            if wantedMaps.contains(map) && !lacking.contains(map)
                || askedBy[map, default: 0] > Self.mostRulesAskingAMap
            {
                foreignRules.insert(rule.handle)
            } else {
                touched.insert(map)
                going.append((rule.handle, map))
            }
        }
    }
}

extension LiveTable {
    /// The rules that ask a map which others before them ask so often that these are not all ours.
    var rulesAskingOnceMore: Set<Handle> {
        var askedBy: [String: Int] = [:]
        var handles: Set<Handle> = []
        for rule in chains.lazy.flatMap(\.rules) {
            guard let map = rule.known?.sharedMap else { continue }
            askedBy[map, default: 0] += 1
            if askedBy[map, default: 0] > SharedMaps.mostRulesAskingAMap {
                handles.insert(rule.handle)
            }
        }
        return handles
    }
}
