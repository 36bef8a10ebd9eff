import RulesetModel

/// Gathers what differs in a table, part by part, and the commands that mend it.
struct TableComparison {
    let live: LiveTable
    private(set) var batch = OperationBatch()
    private(set) var foreign: [ForeignObject] = []
    private(set) var structure: [StructuralChange] = []

    /// Wanted maps of whose names the table holds something else.
    private var replacedMaps: Set<String> = []

    init(live: LiveTable) {
        self.live = live
    }

    mutating func compare(_ chain: WantedChain) -> ChainComparison {
        let comparison = ChainComparison(
            wanted: chain,
            live: live.chains.first { $0.name == chain.name },
            replacedMaps: replacedMaps
        )
        if let change = comparison.structuralChange { structure.append(change) }
        foreign += comparison.foreignRules
        comparison.mend(&batch)
        return comparison
    }

    /// Comes before the chains: what looks into a map that is replaced can't stay.
    mutating func compareMaps(_ wanted: Ruleset) {
        let present = Dictionary(live.maps.map { ($0.content.name, $0.content) }) { $1 }
        let names = Set(wanted.maps.map(\.name))
        replacedMaps = names.intersection(live.others.map(\.name))
        for map in wanted.maps {
            if present[map.name] == nil { batch.create.append(.addMap(name: map.name)) }
            let changes = MapComparison(wanted: map, live: present[map.name])
            batch.removeElements += changes.removals
            batch.addElements += changes.additions
        }
        let used = Set(live.chains.flatMap(\.rules).compactMap { $0.known?.statement.map })
        for name in present.keys.sorted() where !names.contains(name) {
            // One that a rule looks into goes with its redirect and needs no mention of its own.
            if !used.contains(name) {
                foreign.append(ForeignObject(kind: "map", place: nil, text: name))
            }
            batch.removeObjects.append(.deleteMap(name: name))
        }
    }

    /// Whatever redirctl never makes, or not under this name, is to go.
    mutating func compareForeign(_ wanted: Ruleset) {
        let ours = Set(wanted.wantedChains.map(\.name) + live.markers.map(\.chain))
        let former = live.chainsOfRedirects
        for chain in live.chains where !ours.contains(chain.name) {
            batch.removeRules.append(.flushChain(name: chain.name))
            batch.removeChains.append(.deleteChain(name: chain.name))
            // It goes with its redirect and needs no mention of its own.
            if former.contains(chain.name) { continue }
            let attachment =
                chain.attachment == .none ? "" : " { \(chain.attachment.description) }"
            foreign.append(ForeignObject(kind: "chain", place: nil, text: chain.name + attachment))
            foreign += chain.rules.map {
                ForeignObject(kind: "rule", place: "chain \(chain.name)", text: $0.text)
            }
        }
        foreign += live.others.map { ForeignObject(kind: $0.kind, place: nil, text: $0.name) }
        // Elements of maps can refer to the other kinds of object.
        let containers = live.others.filter(\.isContainer)
        let contained = live.others.filter { !$0.isContainer }
        batch.removeObjects += (containers + contained).map { .deleteObject($0) }
    }

    mutating func compareCounters(_ wanted: Ruleset) {
        let needed = Set(wanted.counters)
        let present = Set(live.counters.map(\.name))
        let used = Set(live.chains.flatMap(\.rules).compactMap { $0.known?.counter })
        for name in wanted.counters where !present.contains(name) {
            batch.create.append(.addCounter(name: name))
        }
        for counter in live.counters where !needed.contains(counter.name) {
            // One that a rule uses goes with its redirect and needs no mention of its own.
            if !used.contains(counter.name) {
                foreign.append(ForeignObject(kind: "counter", place: nil, text: counter.name))
            }
            batch.removeCounters.append(.deleteCounter(name: counter.name))
        }
    }

    mutating func compareMarker(_ marker: Marker) {
        guard live.markers != [marker] else { return }
        structure.append(.markerDiffers(found: live.markers))
        if !live.markers.contains(marker) { batch.mark.append(.addMarker(marker)) }
        batch.mark += live.markers.filter { $0 != marker }.map { .deleteMarker($0) }
    }
}

extension LiveObject {
    fileprivate var isContainer: Bool { kind == "map" || kind == "set" }
}

extension LiveTable {
    /// The chains that only say what redirects could: regular ones of known rules that all bear the
    /// name of the redirect whose rule jumps there, and the base chain for sources.
    fileprivate var chainsOfRedirects: Set<String> {
        var owners: [String: String] = [:]
        for rule in chains.flatMap(\.rules) {
            guard let rule = rule.known, case .jump(let chain) = rule.statement else { continue }
            owners[chain] = rule.comment
        }
        let ours = chains.filter { chain in
            switch chain.attachment {
            case .none:
                owners[chain.name] != nil
                    && chain.rules.allSatisfy { $0.redirect == owners[chain.name] }
            // The base chain for sources, where nothing is masqueraded any more.
            case .nat(let head):
                head.hook == .postrouting && !chain.rules.isEmpty
                    && chain.rules.allSatisfy { $0.redirect != nil }
            case .dropping, .other: false
            }
        }
        return Set(ours.map(\.name))
    }
}
