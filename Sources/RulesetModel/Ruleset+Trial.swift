extension Ruleset {
    /// The ruleset with the base chains of another one besides its own; those are empty.
    ///
    /// On trial, a chain that only the confirmed ruleset has must lead to nothing, or its rules would
    /// go on deciding.
    public func withChains(of confirmed: Ruleset?) -> Ruleset {
        var ruleset = self
        let hooks = Set(chains.map(\.head.hook))
        ruleset.chains += (confirmed?.chains ?? []).filter { !hooks.contains($0.head.hook) }
            .map { BaseChain(head: $0.head) }
        ruleset.chains.sort { $0.head.hook < $1.head.hook }
        return ruleset
    }

    /// The hook at which the two have chains that run at another time, which no trial can do: the
    /// kernel can't move a chain that lives.
    public func chainThatMoves(from confirmed: Ruleset?) -> (from: BaseChain.Head, to: Int32)? {
        for chain in confirmed?.chains ?? [] {
            let own = chains.first { $0.head.hook == chain.head.hook }
            if let own, own.head != chain.head { return (chain.head, own.head.priority) }
        }
        return nil
    }

    /// The same objects under the names that they have on trial, with no chain at any hook.
    public var onTrial: Ruleset {
        Ruleset(
            table: table,
            counters: counters.map(TrialName.of),
            maps: maps.map { map in
                LookupMap(
                    name: TrialName.of(map.name),
                    type: map.type,
                    elements: map.elements.lazy.map { $0.renamed(TrialName.of) }
                )
            },
            regularChains: chains.map { Self.onTrial($0.name, $0.rules) }
                + regularChains.map { Self.onTrial($0.name, $0.rules) }
        )
    }

    private static func onTrial(_ name: String, _ rules: [Rule]) -> RegularChain {
        RegularChain(name: TrialName.of(name), rules: rules.map { $0.renamed(TrialName.of) })
    }
}
