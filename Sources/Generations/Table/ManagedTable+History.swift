public import GenerationModel
public import RulesetModel
public import TableDiff

extension ManagedTable {
    /// The newest generations of this table, ascending, how many there are in all, and the recorded
    /// restorations of these generations.
    public func history(
        last limit: Int = .max
    ) throws -> (generations: [PastGeneration], total: Int, restorations: [Restoration]) {
        let snapshot = try listed()
        let current = snapshot.current?.manifest.number
        let outcomes = snapshot.repairedHead.outcomes
        let pending = snapshot.trial?.pending
        var total = snapshot.numbers.count
        let generations = try snapshot.numbers.suffix(limit).compactMap { number in
            let fate: PastGeneration.Fate =
                if number == current {
                    .current
                } else if let pending, number == pending.trial.generation {
                    .onTrial(deadline: pending.deadline)
                } else if let outcome = outcomes[number] {
                    .never(outcome)
                } else {
                    .replaced
                }
            do throws(StoreError) {
                return PastGeneration(manifest: try store.manifest(of: number), fate: fate)
            } catch .noGeneration {
                // A command that runs at the same time has just dropped it.
                total -= 1
                return nil
            }
        }
        let numbers = Set(generations.map(\.manifest.number))
        let restorations = (snapshot.head.restorations ?? []).filter {
            numbers.contains($0.generation)
        }
        return (generations, total, restorations)
    }
}

extension ManagedTable {
    /// How two generations differ; one that removed the table has no redirects.
    public func difference(from: Generation, to: Generation) -> Difference {
        let before = from.ruleset.map { LiveTable(holding: $0, marker: to.marker) }
        guard let wanted = to.ruleset else { return Difference(removing: before, table: name) }
        var difference = Difference(live: before, wanted: wanted, marker: to.marker)
        setApartLayout(in: &difference, from: from.manifest.number, to: to.manifest.number)
        return difference
    }

    /// The rulesets that may have redirected the current connections: those of a generation and of a few
    /// before it, the latest first.
    public func rulesets(upTo number: Int) throws(StoreError) -> [Ruleset] {
        var rulesets: [Ruleset] = []
        var next: Int? = number
        while let number = next, rulesets.count < Self.rememberedRulesets {
            do throws(StoreError) {
                let generation = try store.generation(number)
                if let ruleset = generation.ruleset, !ruleset.isDraining {
                    rulesets.append(ruleset)
                }
                next = generation.manifest.parent
            } catch .noGeneration {
                // The history is bounded.
                return rulesets
            }
        }
        return rulesets
    }

    private static let rememberedRulesets = 5
}
