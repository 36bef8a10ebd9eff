extension LiveTable {
    /// The table that a kernel has after a ruleset was loaded into it, with nothing counted yet.
    ///
    /// For comparing two rulesets with each other. The handles are no kernel's.
    public init(holding ruleset: Ruleset, marker: Marker? = nil) {
        var last: Handle = 0
        func handle() -> Handle {
            last += 1
            return last
        }
        func chain(
            _ name: String,
            _ attachment: LiveChain.Attachment,
            _ rules: [Rule]
        ) -> LiveChain {
            LiveChain(
                name: name,
                handle: handle(),
                attachment: attachment,
                rules: rules.map { LiveRule(handle: handle(), content: .known($0)) }
            )
        }
        self.init(
            name: ruleset.table,
            chains: ruleset.chains.map { chain($0.name, .nat($0.head), $0.rules) }
                + ruleset.regularChains.map { chain($0.name, .none, $0.rules) }
                + (marker.map { [chain($0.chain, .none, [])] } ?? []),
            counters: ruleset.counters.map {
                LiveCounter(name: $0, handle: handle(), packets: 0, bytes: 0)
            },
            maps: ruleset.maps.map { map in
                LiveMap(
                    handle: handle(),
                    name: map.name,
                    type: map.type,
                    size: map.size,
                    elements: map.elements.map {
                        LiveElement($0, count: map.type.isCounting ? PacketCount() : nil)
                    }
                )
            }
        )
    }
}
