import RulesetModel

extension TableComparison {
    /// The commands that mend the table, in the order of one transaction.
    func commands(_ marker: Marker) -> [NftCommand] {
        var batch = CommandBatch()
        let going = surplusCounters
        let counts = CarriedCounts.counts(for: maps, coming: missingCounters, going: going)
        for (map, counts) in zip(maps, counts.elements) { map.mend(&batch, counts) }
        for chain in chains { chain.mend(&batch) }
        for chain in unwantedChains {
            batch.removeRules.append(.flushChain(name: chain.name))
            batch.removeChains.append(.deleteChain(name: chain.name))
        }
        // Elements of maps can refer to the other kinds of object.
        let containers = live.others.filter(\.isContainer)
        let contained = live.others.filter { !$0.isContainer }
        batch.removeObjects += (containers + contained).map { .deleteObject($0) }
        batch.create += counts.counters.map { .addCounter(name: $0.name, $0.count) }
        batch.removeCounters += going.map { .deleteCounter(name: $0.name) }
        exchangeMarker(for: marker, &batch)
        return batch.commands
    }

    private var missingCounters: [CarriedCounts.Counter] {
        let present = Set(live.counters.map(\.name))
        let missing = wanted.counters.filter { !present.contains($0) }
        guard !missing.isEmpty else { return [] }
        let redirects = Self.redirects(byCounterOf: wanted.rules)
        return missing.map { CarriedCounts.Counter(name: $0, redirect: redirects[$0] ?? "") }
    }

    private var surplusCounters: [CarriedCounts.Counter] {
        let needed = Set(wanted.counters)
        let surplus = live.counters.filter { !needed.contains($0.name) }
        guard !surplus.isEmpty else { return [] }
        let redirects = Self.redirects(
            byCounterOf: live.chains.flatMap(\.rules).compactMap(\.known)
        )
        return surplus.map {
            CarriedCounts.Counter(
                name: $0.name,
                redirect: redirects[$0.name] ?? "",
                count: PacketCount(packets: $0.packets, bytes: $0.bytes)
            )
        }
    }

    private static func redirects(byCounterOf rules: [Rule]) -> [String: String] {
        var redirects: [String: String] = [:]
        for rule in rules { if let counter = rule.counter { redirects[counter] = rule.comment } }
        return redirects
    }

    private func exchangeMarker(for marker: Marker, _ batch: inout CommandBatch) {
        let markers = live.markers
        if !markers.contains(marker) { batch.mark.append(.addMarker(marker)) }
        batch.mark += markers.filter { $0 != marker }.map { .deleteMarker($0) }
    }
}

extension LiveObject {
    fileprivate var isContainer: Bool { kind == "map" || kind == "set" }
}
