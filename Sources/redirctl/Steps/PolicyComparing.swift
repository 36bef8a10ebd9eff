import GenerationModel
import Generations
import PolicyAnalysis
import PolicyCompiler
import PolicyModel
import PolicyYAML
import Reporting
import RulesetModel
import TableDiff

extension ManagedTable {
    /// The connections that a plan sends elsewhere than the current generation does.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - policy: The policy that is planned; `nil` for that of an earlier generation.
    ///   - isQuick: Whether others wait: then large policies are not read again.
    ///   - limit: How many kinds of connections are listed.
    /// - Returns: `nil` if the plan changes no redirect, or if one of the policies can't be read any more: a
    ///   generation that removed the table has none.
    func connections(
        changedBy plan: Plan,
        to policy: Policy? = nil,
        isQuick: Bool = false,
        atMost limit: Int
    ) -> ConnectionsReport? {
        guard plan.step == .advance, let current = plan.live.snapshot?.current,
            plan.difference.redirects.contains(where: { $0.kind != .layout }),
            !isQuick || (current.isSmall && plan.wanted.ruleset?.isSmall != false),
            let old = self.policy(of: current),
            let policy = policy ?? plan.source.flatMap(self.policy)
        else { return nil }
        Progress.step("comparing connections")
        let comparison = PolicyComparison(
            old: old,
            new: policy,
            atMost: limit
        )
        return ConnectionsReport(comparison, since: current.manifest.number)
    }

    /// The plan with its redirects in the order of the policy that it leads to, or of the current one if
    /// it removes the table.
    func inOrder(_ plan: Plan) -> Plan {
        var plan = plan
        plan.difference = plan.difference.inOrder(of: order(of: plan))
        return plan
    }

    /// The order of the redirects of a plan; that of none if no policy can be read in a moment.
    func order(of plan: Plan) -> PolicyOrder {
        let generation = plan.source?.ruleset == nil ? plan.live.snapshot?.current : plan.source
        return generation.map(order) ?? PolicyOrder([])
    }

    /// The order of the redirects of a generation; that of none if its policy can't be read in a moment.
    func order(of generation: Generation) -> PolicyOrder {
        guard generation.isSmall, let policy = policy(of: generation) else {
            return PolicyOrder([])
        }
        return PolicyOrder(of: policy)
    }

    /// The policy that a generation was made from; `nil` if it has none that can be read.
    private func policy(of generation: Generation) -> Policy? {
        guard generation.ruleset?.isDraining == false,
            let sources = try? store.sources(of: generation.manifest)
        else { return nil }
        return generation.policy(from: sources)?.policy
    }

    /// The policy that is in effect, for the words and the order of what is printed; `nil` if it can't
    /// be read, or not in a moment.
    ///
    /// A rollback has the policy of the generation that it went back to.
    func policyInEffect(by check: TableCheck) -> Policy? {
        guard let snapshot = check.snapshot,
            var generation = check.trial.map({ try? store.generation($0.trial.generation) })
                ?? snapshot.current,
            generation.isSmall
        else { return nil }
        while let number = generation.manifest.restores, generation.manifest.sources.isEmpty {
            guard let earlier = try? store.generation(number) else { return nil }
            generation = earlier
        }
        return policy(of: generation)
    }
}

extension Generation {
    fileprivate var isSmall: Bool { ruleset?.isSmall != false }
}

extension Ruleset {
    /// Whether its policy is read in less than a tenth of a second.
    fileprivate var isSmall: Bool { redirectCount <= 5000 }
}

extension PolicyOrder {
    /// The order of a policy's redirects.
    init(of policy: Policy) { self.init(policy.redirects.map(\.name)) }
}

extension PolicyDifferenceReport {
    /// Compares two policies, without a kernel.
    init(
        _ old: (path: String, policy: LoadedPolicy),
        _ new: (path: String, policy: LoadedPolicy),
        atMost limit: Int,
        examples: Int,
        showsObjects: Bool
    ) {
        var policy = old.policy.policy
        let ruleset = new.policy.ruleset
        // Under another name it would be another table, and everything in it new.
        policy.settings.table = ruleset.table
        let marker = Marker(number: 1, digest: String(repeating: "0", count: 16))
        self.init(
            old: old.path.policyName,
            new: new.path.policyName,
            table: ruleset.table,
            Difference(
                live: LiveTable(holding: PolicyCompiler.ruleset(for: policy), marker: marker),
                wanted: ruleset,
                marker: marker
            ).inOrder(of: PolicyOrder(of: new.policy.policy)),
            ConnectionsReport(
                PolicyComparison(old: old.policy.policy, new: new.policy.policy, atMost: examples)
            ),
            atMost: limit,
            showsObjects: showsObjects
        )
    }
}

extension String {
    /// What a policy that was read from here is called.
    fileprivate var policyName: String { self == "-" ? "<stdin>" : self }
}
