import RulesetModel

/// What differs in a table, part by part.
struct TableComparison {
    let live: LiveTable
    let wanted: Ruleset
    let maps: [MapComparison]
    let chains: [ChainComparison]
    let sharedMaps: SharedMaps

    /// The redirects that are not up to date, in the order of the wanted rules.
    let redirects: [RedirectChange]

    init(live table: LiveTable, wanted: Ruleset) {
        var live = table
        // No ruleset contains a lease: this one is left from a trial, or of another program.
        if let lease = table.lease {
            live.others.append(LiveObject(kind: "set", name: LiveLease.name, handle: lease.handle))
            live.lease = nil
        }
        self.live = live
        self.wanted = wanted
        maps = MapComparison.all(live, wanted)
        let replacedMaps = Set(maps.lazy.filter(\.isReplaced).map(\.name))
        let chainsByName = Dictionary(live.chains.map { ($0.name, $0) }) { first, _ in first }
        chains = wanted.wantedChains.map {
            ChainComparison(wanted: $0, live: chainsByName[$0.name], replacedMaps: replacedMaps)
        }
        sharedMaps = SharedMaps(wanted, live, chains)
        if live.chains.isEmpty, live.maps.isEmpty {
            redirects = TableContent(wanted).redirects.map {
                RedirectChange(name: $0, kind: .add)
            }
            return
        }
        let touched = TouchedRedirects(live, wanted, maps, chains, sharedMaps)
        redirects =
            touched.all.isEmpty
            ? []
            : RedirectComparison(
                wanted: TableContent(wanted, among: touched.all),
                live: Self.content(of: live, wanted, sharedMaps, among: touched.all),
                displaced: touched.displaced
            ).changes
    }

    /// The rules of the kernel's table that the redirects account for.
    var liveRules: [Rule] {
        Self.content(of: live, wanted, sharedMaps, among: []).chains.flatMap(\.rules)
    }

    private static func content(
        of live: LiveTable,
        _ wanted: Ruleset,
        _ sharedMaps: SharedMaps,
        among names: Set<String>
    ) -> TableContent {
        TableContent(
            live,
            inOrderOf: wanted.chains.map(\.name) + wanted.regularChains.map(\.name),
            without: sharedMaps.foreignRules,
            among: names
        )
    }

    /// Chains that are neither wanted nor markers.
    var unwantedChains: [LiveChain] {
        let ours = Set(chains.map(\.wanted.name) + live.markers.map(\.chain))
        return live.chains.filter { !ours.contains($0.name) }
    }

    /// The differences in the table itself, without the marker.
    var structure: [StructuralChange] {
        chains.compactMap(\.structuralChange) + maps.compactMap(\.structuralChange)
            + chains.flatMap(\.changesOfFixedRules)
    }
}
