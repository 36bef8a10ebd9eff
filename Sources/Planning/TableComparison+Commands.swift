import RulesetModel

extension TableComparison {
    /// The commands that mend the table, in the order of one transaction.
    func operations(_ marker: Marker) -> [Operation] {
        var batch = OperationBatch()
        for (map, counts) in zip(maps, CarriedCounts.counts(for: maps)) {
            map.mend(&batch, counts)
        }
        for chain in chains { chain.mend(&batch) }
        for chain in unwantedChains {
            batch.removeRules.append(.flushChain(name: chain.name))
            batch.removeChains.append(.deleteChain(name: chain.name))
        }
        // Elements of maps can refer to the other kinds of object.
        let containers = live.others.filter(\.isContainer)
        let contained = live.others.filter { !$0.isContainer }
        batch.removeObjects += (containers + contained).map { .deleteObject($0) }
        mendCounters(&batch)
        exchangeMarker(for: marker, &batch)
        return batch.operations
    }

    private func mendCounters(_ batch: inout OperationBatch) {
        let needed = Set(wanted.counters)
        let present = Set(live.counters.map(\.name))
        for name in wanted.counters where !present.contains(name) {
            batch.create.append(.addCounter(name: name))
        }
        for counter in live.counters where !needed.contains(counter.name) {
            batch.removeCounters.append(.deleteCounter(name: counter.name))
        }
    }

    private func exchangeMarker(for marker: Marker, _ batch: inout OperationBatch) {
        let markers = live.markers
        if !markers.contains(marker) { batch.mark.append(.addMarker(marker)) }
        batch.mark += markers.filter { $0 != marker }.map { .deleteMarker($0) }
    }
}

extension LiveObject {
    fileprivate var isContainer: Bool { kind == "map" || kind == "set" }
}
