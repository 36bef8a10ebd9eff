import RulesetModel

extension TableComparison {
    /// Things that go and that no redirect accounts for.
    var foreign: [ForeignObject] {
        let isAboutMaps =
            !sharedMaps.going.isEmpty
            || maps.contains { $0.wanted == nil || !$0.surplus.isEmpty }
        let read = isAboutMaps ? ReadMaps(self) : ReadMaps()
        let mapsAccountedFor = Set(sharedMaps.going.map(\.map)).filter(read.hasElements)
        let accountedFor = live.sourceRulesOfRedirects.union(
            sharedMaps.going.lazy.filter { mapsAccountedFor.contains($0.map) }.map(\.rule)
        )
        let isDraining = live.isDraining && !wanted.isDraining
        return chains.flatMap { isDraining ? [] : $0.foreignRules(except: accountedFor) }
            + maps.flatMap { foreignElements(of: $0, read) } + foreignChains
            + live.others.map { ForeignObject($0.kind, $0.name) } + foreignCounters
    }

    /// The surplus elements of a map; a map without elements of a redirect counts as a whole.
    private func foreignElements(of map: MapComparison, _ read: ReadMaps) -> [ForeignObject] {
        guard let live = map.live else { return [] }
        // Rulesets of versions before 0.2 do without these sets.
        if map.wanted == nil, Holdback.isSet(live) { return [] }
        if map.wanted == nil, !read.isOwned(map.name), !read.hasElements(ofMap: map.name) {
            return [ForeignObject(live.type.keyword, map.name)]
        }
        return ForeignObject.elements(
            map.surplus.lazy.map(\.element).filter { !read.tells(of: $0, inMap: map.name) },
            ofMap: map.name,
            key: live.type.key,
            isSet: live.type.value == .member
        )
    }

    private var foreignChains: [ForeignObject] {
        let unwanted = unwantedChains
        // A chain that goes with its redirect needs no mention of its own.
        let former = unwanted.isEmpty ? [] : live.chainsOfRedirects
        return unwanted.filter { !former.contains($0.name) }.flatMap { chain in
            let attachment =
                chain.attachment == .none ? "" : " { \(chain.attachment.description) }"
            return [ForeignObject("chain", chain.name + attachment)]
                + chain.rules.map { ForeignObject($0, in: "chain \(chain.name)") }
        }
    }

    private var foreignCounters: [ForeignObject] {
        let needed = Set(wanted.counters)
        let unwanted = live.counters.map(\.name).filter { !needed.contains($0) }
        if unwanted.isEmpty { return [] }
        // A counter that a rule uses goes with its redirect and needs no mention of its own.
        let used = Set(live.chains.lazy.flatMap(\.rules).compactMap { $0.known?.counter })
        return unwanted.filter { !used.contains($0) }
            .map { ForeignObject("counter", $0) }
    }
}

/// The elements of the kernel's maps that the changes of redirects already cover.
private struct ReadMaps {
    private var changed: Set<String> = []
    private var maps: [String: LiveMap] = [:]
    private var shared: [String: [Rule]] = [:]
    private var owned: Set<String> = []

    init() {}

    init(_ comparison: TableComparison) {
        changed = Set(comparison.redirects.map(\.name))
        maps = Dictionary(comparison.live.maps.map { ($0.name, $0) }) { first, _ in first }
        let rules = comparison.liveRules.filter { $0.lookup != nil }
        shared = Dictionary(grouping: rules.filter { $0.sharedMap != nil }) { $0.sharedMap ?? "" }
        owned = Set(rules.compactMap(\.ownMap))
    }

    /// Whether the map belongs to a redirect as a whole.
    func isOwned(_ map: String) -> Bool { owned.contains(map) }

    /// Whether a redirect that changes has the element.
    func tells(of element: MapElement, inMap map: String) -> Bool {
        if owned.contains(map) { return true }
        guard let name = element.redirect, changed.contains(name) else { return false }
        return shared[map]?.contains { $0.narrowed(to: element) != nil } ?? false
    }

    /// Whether a redirect that changes has any element of the map.
    func hasElements(ofMap map: String) -> Bool {
        maps[map]?.elements.contains { tells(of: $0.element, inMap: map) } ?? false
    }
}

extension LiveTable {
    /// The chains that may be those of redirects: regular chains in which every rule has the name of the
    /// redirect whose rule or element jumps there, and the base chain for sources.
    fileprivate var chainsOfRedirects: Set<String> {
        var owners: [String: String] = [:]
        for rule in chains.flatMap(\.rules) {
            guard let rule = rule.known, case .jump(let chain) = rule.statement else { continue }
            owners[chain] = rule.comment
        }
        for map in maps where map.type.value == .verdict {
            for element in map.elements.lazy.map(\.element) {
                guard case .jump(let chain) = element.value else { continue }
                owners[chain] = element.redirect
            }
        }
        let sourceRules = sourceRulesOfRedirects
        let ours = chains.filter { chain in
            switch chain.attachment {
            case .none:
                owners[chain.name] != nil
                    && chain.rules.allSatisfy { $0.redirect == owners[chain.name] }
            // The base chain for sources, where nothing is masqueraded any more.
            case .nat(let head):
                head.hook == .postrouting
                    && chain.rules.contains {
                        $0.redirect != nil || sourceRules.contains($0.handle)
                    }
                    && chain.rules.allSatisfy { rule in
                        rule.redirect != nil
                            || rule.known.map(Rule.fixed(at: head.hook).contains) == true
                            || sourceRules.contains(rule.handle)
                    }
            case .dropping, .other: false
            }
        }
        return Set(ours.map(\.name))
    }
}
