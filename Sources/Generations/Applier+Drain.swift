public import GenerationModel
public import RulesetModel

extension Applier {
    /// Makes the kernel redirect no new connections, and keep translating those that it has.
    ///
    /// That is a generation of its own.
    public mutating func drain(for request: Request) throws -> Change {
        try look()
        try refusePendingTrial()
        try refuseForeignTable()
        guard let current = snapshot.current, let ruleset = current.ruleset else {
            return .nothingToRemove
        }
        let change =
            ruleset.isDraining
            ? try restore(current)
            : try advance(
                to: EncodedRuleset(Ruleset(draining: ruleset)),
                for: request,
                origin: .drain
            )
        // The same applier may take the table away next.
        snapshot = try managed.look(through: kernel)
        return change
    }
}

extension ManagedTable {
    /// The rulesets that may have sent living connections their ways: those of a generation and of a
    /// few before it, the youngest first.
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
