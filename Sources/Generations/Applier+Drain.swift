public import Addressing
public import Nftables
public import RulesetModel

extension Applier {
    /// Holds packets back for a while before they make a new entry in connection tracking, so that
    /// flows that were forgotten can begin anew from their client's side.
    ///
    /// The keys are those of ``RulesetModel/HeldFlows``. That is a transaction, but no change: what is
    /// in these sets is not compared.
    public mutating func hold(
        _ packets: [IPFamily: [MapKey]],
        milliseconds: Int
    ) throws(KernelError) {
        let commands = HeldFlows.commands(
            holding: packets,
            milliseconds: milliseconds,
            in: site.table
        )
        guard !commands.isEmpty else { return }
        let before = try kernel.generation()
        try kernel.commit(commands)
        // Nothing else happened, so the table is still as it was verified to be.
        guard let verified = situation.head.verified, verified.kernelGeneration == before,
            try kernel.generation() == before &+ 1
        else { return }
        situation.head.verified = site.verification(at: before &+ 1)
        try? writeHead()
    }

    /// Makes the kernel redirect no new connections, and keep translating those that it has.
    ///
    /// That is a generation of its own.
    public mutating func drain(for request: Request) throws -> Change {
        try look()
        try refuseForeignTable()
        guard let current = situation.current, let ruleset = current.ruleset else {
            return .nothingToRemove
        }
        if ruleset.isDraining { return try restore(current) }
        let draining = try KeptRuleset(Ruleset(draining: ruleset))
        return try advance(to: draining, for: request, origin: .drain)
    }
}

extension Site {
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
