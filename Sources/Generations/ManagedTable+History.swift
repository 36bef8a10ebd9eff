public import GenerationModel

extension ManagedTable {
    /// The generations of this table, ascending.
    public func history() throws -> [PastGeneration] {
        let snapshot = try look()
        let current = snapshot.current?.manifest.number
        let outcomes = snapshot.settled.outcomes
        let pending = snapshot.trial?.pending
        return try snapshot.numbers.compactMap { number in
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
                return nil
            }
        }
    }
}
