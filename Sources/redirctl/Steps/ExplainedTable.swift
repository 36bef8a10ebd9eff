import Addressing
import Diagnostics
import GenerationModel
import Generations
import LiveFlows
import Nftables
import PolicyAnalysis
import PolicyModel
import PolicyYAML
import Reporting
import RulesetModel
import TableDiff

/// A table in the kernel that an explanation is compared with.
struct ExplainedTable {
    /// How the table compares with the policy.
    let check: TableCheck

    /// The policy that is explained: the given one, or that of the generation in effect.
    let policy: LoadedPolicy

    private let isOfPolicy: Bool
    private let generation: Int?
    private let difference: Difference?

    /// The table that is in effect; `nil` if there is none, or it can't be read.
    private let table: LiveTable?
    private let place: CommandHint

    /// Reads the table.
    ///
    /// - Parameters:
    ///   - managed: The table.
    ///   - name: The policy as the command names it.
    ///   - given: The policy; `nil` for that of the generation in effect.
    ///   - place: Where the command works.
    /// - Throws: If store or kernel can't be read, or no policy is in effect.
    init(
        at managed: ManagedTable,
        of name: String?,
        _ given: LoadedPolicy?,
        _ place: CommandHint
    ) throws {
        self.place = place
        isOfPolicy = given != nil
        if let given, let name {
            check = try managed.check(against: given.ruleset, of: .policy(name))
            policy = given
            table = check.owner == nil ? try managed.listed().decidingTable : nil
        } else {
            check = try managed.check(reading: .listed)
            policy = try managed.policy(inEffect: check)
            table = check.snapshot?.decidingTable
        }
        generation = (check.trial?.candidate.manifest ?? check.generation)?.number
        difference =
            if given == nil, check.trial != nil {
                check.trialDrift
            } else if case .differs(let difference)? = check.drift {
                difference
            } else {
                nil
            }
    }

    // MARK: - What it has of an explanation

    /// What the kernel has of an explained connection.
    func live(_ explanation: Explanation, machine addresses: Set<IPAddress>) -> LiveExplanation {
        LiveExplanation(
            table: check.table,
            generation: generation,
            isOnTrial: check.trial != nil,
            isOfPolicy: isOfPolicy,
            problem: problem,
            redirects: redirects(of: explanation),
            flows: flows(like: explanation, machine: addresses)
        )
    }

    /// What is wrong with the table as a whole; the first of the reasons for which redirects have no effect.
    private var problem: String? {
        if let owner = check.owner { return owner.sentence(table: check.table) }
        if let trial = check.overdueTrial {
            return "generation \(trial.trial.generation) is still in effect, although its trial is "
                + "over; \(place.line("cancel")) ends it"
        }
        if let marker = check.unknownMarker {
            return "the table is that of a generation that is not recorded here (\(marker.chain))"
        }
        if check.drift == .tableIsBack { return "the table exists again, but should be gone" }
        guard let difference else { return nil }
        if difference.structure.contains(.tableMissing) {
            return "the table is missing, so nothing is redirected"
        }
        if difference.structure.contains(.tableDormant) {
            return "the table is dormant, so nothing is redirected"
        }
        let what = isOfPolicy ? "what the policy says" : "what was applied"
        return "the table differs from \(what); \(diff) shows how"
    }

    private var diff: String {
        guard case .policy(let name) = check.subject else { return place.line("diff") }
        return place.policyLine("diff \(name.pathForShell)")
    }

    private func redirects(of explanation: Explanation) -> [LiveExplanation.LiveRedirect] {
        guard check.owner == nil else { return [] }
        let names = explanation.cases.compactMap(\.redirect?.name)
        let rules = Dictionary(
            RedirectView.redirects(in: table).map { ($0.name, $0.rules) },
            uniquingKeysWith: { first, _ in first }
        )
        let changes = Dictionary(
            (difference?.redirects ?? []).map { ($0.name, $0.kind) },
            uniquingKeysWith: { first, _ in first }
        )
        let counts = RedirectCounts(table)
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }.map { name in
            let placed = rules[name] ?? []
            return LiveExplanation.LiveRedirect(
                redirect: name,
                state: state(changes[name]),
                rules: placed.prefix(LiveExplanation.LiveRedirect.mostRules).map(\.line),
                ruleCount: placed.count,
                connections: counts.count(of: name, placed)?.packets
            )
        }
    }

    private func state(
        _ change: RedirectChange.Kind?
    ) -> LiveExplanation.LiveRedirect.State {
        guard let table else { return .missing }
        // What a dormant table contains is not read.
        guard !table.isDormant else { return .inactive }
        return switch change {
        case nil, .layout: .present
        case .add: .missing
        case .change, .remove: .differs
        case .move: .moved
        }
    }

    private func flows(
        like explanation: Explanation,
        machine addresses: Set<IPAddress>
    ) -> LiveExplanation.Flows {
        let places = explanation.cases.flatMap(\.places.keys)
        do throws(KernelError) {
            let similar = try SimilarFlows(
                like: explanation.connection,
                machine: addresses,
                atMost: LiveExplanation.Flows.most
            )
            let first = similar.first.map { flow in
                LiveExplanation.LiveFlow(
                    flow,
                    isAsExplained: places.contains { flow.goes(to: $0, machine: addresses) }
                )
            }
            return .tracked(first, count: similar.count)
        } catch {
            return .unknown(reason: error.description)
        }
    }
}

extension ManagedTable {
    /// The policy of the generation in effect.
    ///
    /// - Throws: If there is none, or it can't be read any more.
    func policy(inEffect check: TableCheck) throws -> LoadedPolicy {
        guard let manifest = check.trial?.candidate.manifest ?? check.generation else {
            throw noGeneration()
        }
        let generation = try store.generation(manifest.number)
        guard generation.ruleset != nil else {
            throw Failure(
                "generation \(manifest.number) removed the table, so no policy is in effect"
            )
        }
        guard let policy = generation.policy(from: try store.sources(of: manifest)) else {
            throw Failure(
                "the policy of generation \(manifest.number) can't be read any more; name a policy "
                    + "file"
            )
        }
        return policy
    }
}
