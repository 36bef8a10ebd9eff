/// A generation in the history: what it is, and what became of it.
public struct PastGeneration: Sendable {
    /// What became of a generation.
    public enum Fate: Sendable, Hashable {
        /// It is what the kernel should hold.
        case current
        /// It is on trial until then.
        case onTrial(deadline: Int)
        /// It was, until another one came.
        case replaced
        /// It never was.
        case never(Head.Outcome)
    }

    /// Who made it, when, from what.
    public let manifest: Manifest

    /// What became of it.
    public let fate: Fate
}

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
