public import RulesetModel

/// The commands by which a candidate comes beside the confirmed ruleset, and goes.
///
/// None of them touches an object of the confirmed ruleset, but for the rule before a base
/// chain's others that leads to the candidate.
public enum TrialCommands {
    /// Adds a candidate beside the confirmed ruleset in the table.
    ///
    /// The lease comes last, because its time begins when the kernel reads it.
    public static func start(
        _ candidate: Ruleset,
        marker: Marker,
        besides confirmed: Ruleset?,
        milliseconds: UInt64?
    ) -> [NftCommand] {
        let whole = candidate.withChains(of: confirmed)
        let objects = TableComparison(
            live: LiveTable(name: candidate.table),
            wanted: whole.onTrial
        ).commands(marker).filter { !$0.isAboutMarker }
        let present = Set(confirmed?.chains.map(\.head) ?? [])
        let missing = whole.chains.map(\.head).filter { !present.contains($0) }
        return objects
            + [
                .addRegularChain(name: TrialName.of(marker.chain)),
                .addLease(isTimed: milliseconds != nil),
            ]
            + missing.map { .addChain($0) }
            + whole.chains.map { .prependRule(.trial(chain: $0.name), chain: $0.name) }
            + [.grantLease(milliseconds: milliseconds)]
    }

    /// Removes a trial's objects; `nil` if one of them has a name that no command can contain,
    /// so that only the table as a whole can be replaced.
    public static func end(_ trial: LiveTrial) -> [NftCommand]? {
        guard !trial.hasInexpressibleName else { return nil }
        let (rules, objects) = parts(of: trial)
        return rules + objects
    }

    /// The commands that remove a trial's rules, and those that remove what the rules refer to.
    private static func parts(
        of trial: LiveTrial
    ) -> (rules: [NftCommand], objects: [NftCommand]) {
        var batch = CommandBatch()
        for gate in trial.gates {
            batch.removeRules.append(.deleteRule(gate.rule, chain: gate.chain))
        }
        for chain in trial.table.chains {
            let name = TrialName.of(chain.name)
            batch.removeRules.append(.flushChain(name: name))
            batch.removeChains.append(.deleteChain(name: name))
        }
        batch.removeObjects += trial.table.maps.map {
            .deleteMap(name: TrialName.of($0.name), $0.type)
        }
        batch.removeObjects += trial.table.others.map { .deleteObject($0) }
        if trial.lease != nil { batch.removeObjects.append(.deleteLease) }
        batch.removeChains += trial.addedChains.map { .deleteChain(name: $0.name) }
        batch.removeCounters += trial.table.counters.map {
            .deleteCounter(name: TrialName.of($0.name))
        }
        let rules = batch.removeRules
        batch.removeRules = []
        return (rules, batch.commands)
    }

    /// Makes a candidate the confirmed ruleset, if its trial still lives; otherwise the kernel refuses.
    public static func confirm(
        _ trial: LiveTrial,
        besides confirmed: LiveTable,
        as candidate: Ruleset,
        marker: Marker
    ) -> [NftCommand] {
        guard !trial.hasInexpressibleName else {
            // A table with such a name is replaced as a whole.
            var live = confirmed
            live.chains += trial.table.chains
            live.maps += trial.table.maps
            live.counters += trial.table.counters
            live.others += trial.table.others
            let difference = Difference(live: live, wanted: candidate, marker: marker)
            return [.revokeLease] + difference.commands
        }
        // Chains that came with the trial stay.
        let kept = LiveTrial(
            table: trial.table,
            gates: trial.gates,
            addedChains: [],
            lease: trial.lease
        )
        let difference = Difference(
            live: confirmed.with(trial.addedChains),
            wanted: candidate,
            marker: marker
        )
        // Other programs' rules may refer to the trial's objects, and the trial's rules to theirs.
        let (rules, objects) = parts(of: kept)
        return [.revokeLease] + rules + difference.commands + objects
    }

    /// Gives a trial that lives another time; refused where it has ended.
    public static func extend(milliseconds: UInt64?) -> [NftCommand] {
        [.revokeLease, .grantLease(milliseconds: milliseconds)]
    }
}
