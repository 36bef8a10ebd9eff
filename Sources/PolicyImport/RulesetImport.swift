import Addressing
import PolicyModel

/// Makes a policy of chains of NAT rules.
struct RulesetImport {
    private let ruleset: ForeignRuleset
    private let options: ImportOptions
    private var entries: [ImportedPolicy.Entry] = []
    private var barriers: [Twins.Barrier] = []
    private var tail: [[String]] = []
    private var explained: Set<Int> = []
    private var followed: Set<Int> = []
    private var readChains: Set<ForeignRuleset.ChainName> = []

    init(_ ruleset: ForeignRuleset, _ options: ImportOptions) {
        (self.ruleset, self.options) = (ruleset, options)
    }

    /// The policy.
    func policy() throws(ImportRefused) -> ImportedPolicy {
        var copy = self
        return try copy.makePolicy()
    }

    private mutating func makePolicy() throws(ImportRefused) -> ImportedPolicy {
        let sourceEntries = try flatten([.postrouting])[0]
        var sources = SourceRules(sourceEntries)
        var isTooMuch: Bool { sources.comparisons > SourceRules.mostComparisons }
        for (hook, list) in zip(
            [.prerouting, .output] as [ForeignRuleset.Hook],
            try flatten([.prerouting, .output])
        ) {
            guard let direction = hook.direction else { continue }
            let (list, members) = ShareGroups.grouped(list)
            for entry in list {
                take(entry, members, direction, &sources)
                guard !isTooMuch else {
                    throw ImportRefused(
                        "there are too many rules for sources to ask each of them for each redirect"
                    )
                }
            }
        }
        explain(sources, sourceEntries)
        for index in entries.indices {
            guard case .redirect(var draft) = entries[index] else { continue }
            // A rule that no redirect uses has a comment of its own.
            for rule in draft.unsureSources.intersection(sources.used).sorted() {
                draft.notes.append(
                    "it can't be told which of its connections this changes the source of: "
                        + ruleset.written[rule].quotation
                )
            }
            draft.unsureSources = []
            entries[index] = .redirect(draft)
        }
        entries = Twins.joined(entries, barriers)
        explainTheRest()
        return ImportedPolicy(
            head: ruleset.remarks,
            entries: entries,
            tail: tail,
            written: ruleset.written,
            followed: followed.subtracting(explained)
        )
    }

    private mutating func flatten(
        _ hooks: [ForeignRuleset.Hook]
    ) throws(ImportRefused) -> [[FlatEntry]] {
        var lists: [[FlatEntry]] = []
        for hook in hooks {
            var flattener = Flattener(ruleset, skipping: skipReason)
            try flattener.read(hook)
            followed.formUnion(flattener.followed)
            readChains.formUnion(flattener.readChains)
            lists.append(flattener.entries)
        }
        return lists
    }

    private func skipReason(_ chain: ForeignRuleset.ChainName) -> String? {
        guard !options.includesAllChains, let program = DaemonChain.owner(of: chain.name) else {
            return nil
        }
        return "\(program) keeps the chain \(chain.name.inComment) (`--all-chains` reads it)"
    }

    // MARK: - Redirects

    private mutating func take(
        _ entry: FlatEntry,
        _ members: [Int: [Int]],
        _ direction: Direction,
        _ sources: inout SourceRules
    ) {
        switch entry {
        case .leftOut(let rule, let reason, let decides):
            leaveOut(rule, reason, decides, direction)
        case .rule(let rule):
            do throws(Unsayable) {
                let rules = Set(members[rule.rule] ?? [rule.rule])
                for part in try rule.parts() {
                    entries.append(.redirect(draft(part, rule, rules, direction, &sources)))
                }
            } catch {
                leaveOut(rule.rule, error.reason, [rule.region], direction)
            }
        }
    }

    private func draft(
        _ part: DecidedPart,
        _ rule: FlatRule,
        _ rules: Set<Int>,
        _ direction: Direction,
        _ sources: inout SourceRules
    ) -> RedirectDraft {
        var draft = RedirectDraft(
            description: rule.description,
            directions: [direction],
            match: part.region.match,
            exceptions: part.region.exceptions,
            decision: part.decision,
            rules: rules
        )
        draft.notes = rule.notes + part.notes
        do throws(Unsayable) {
            (draft.masquerade, draft.unsureSources) = try sources.masquerade(of: part)
        } catch {
            draft.notes.append("its connections keep their source here: \(error.reason)")
        }
        return draft
    }

    // MARK: - Comments

    private mutating func leaveOut(
        _ rule: Int,
        _ reason: String,
        _ regions: [Region],
        _ direction: Direction
    ) {
        if !regions.isEmpty {
            // A rule has one comment, but may be left out at several places.
            barriers.append(
                .init(place: entries.count, direction: direction, matches: regions.map(\.match))
            )
        }
        guard explained.insert(rule).inserted else { return }
        let effect =
            regions.isEmpty ? "" : "; what it decided gets to the redirects after this place"
        entries.append(.comment(comment(rule, reason + effect)))
    }

    private func comment(_ rule: Int, _ reason: String) -> [String] {
        ["left out, \(ruleset.written[rule].quotation)", "  \(reason)"]
    }

    private mutating func explain(_ sources: SourceRules, _ sourceEntries: [FlatEntry]) {
        var said: Set<Int> = []
        for entry in sourceEntries {
            let (rule, reason): (Int, String?) =
                switch entry {
                case .leftOut(let rule, let reason, _):
                    (rule, reason + (sources.unknown.contains(rule) ? Self.sourceEffect : ""))
                case .rule(let rule): (rule.rule, reason(rule, sources))
                }
            if sources.used.contains(rule) {
                followed.insert(rule)
                guard !explained.contains(rule), said.insert(rule).inserted else { continue }
                let assumption =
                    sources.assumed.contains(rule)
                    ? ["  its interface is taken to be the one that leads to the target"] : []
                tail.append(
                    ["taken, \(ruleset.written[rule].quotation)"] + assumption
                        + ["  for redirected connections only; keep it if others need it"]
                )
            } else if let reason, explained.insert(rule).inserted {
                tail.append(comment(rule, reason))
            }
        }
    }

    private static let sourceEffect =
        "; so it can't be told what it and later rules do with the sources of some redirects"

    /// Why a rule for sources is in no redirect.
    private func reason(_ rule: FlatRule, _ sources: SourceRules) -> String? {
        if sources.unknown.contains(rule.rule) {
            return
                "it can't be told whether it holds for redirected connections; keep it, or write "
                + "`masquerade` at the redirects that need it"
        }
        return "no redirect sends connections to where it applies; keep it if others need it"
    }

    /// Says of every other rule why it is not in the policy.
    private mutating func explainTheRest() {
        var inPolicy = followed.union(explained)
        for case .redirect(let draft) in entries { inPolicy.formUnion(draft.rules) }
        for name in ruleset.order {
            let rules = (ruleset.chains[name] ?? []).map(\.id)
                .filter { inPolicy.insert($0).inserted }
            guard let first = rules.first else { continue }
            explained.formUnion(rules)
            if readChains.contains(name) {
                for rule in rules { tail.append(comment(rule, "no connection gets to it")) }
                continue
            }
            let reason =
                ruleset.unread[name] ?? skipReason(name)
                ?? "no rule that was taken leads to the chain \(name.name.inComment)"
            let more = rules.count > 1 ? ", and \(rules.count - 1) more of its chain" : ""
            tail.append(["left out, \(ruleset.written[first].quotation)\(more)", "  \(reason)"])
        }
    }
}

/// The chains that other programs keep and write anew.
enum DaemonChain {
    private static let owners: [(beginning: String, program: String)] = [
        ("DOCKER", "Docker"), ("KUBE-", "Kubernetes"), ("f2b-", "fail2ban"), ("ufw-", "ufw"),
        ("ufw6-", "ufw"), ("LIBVIRT_", "libvirt"), ("CNI-", "a CNI plugin"),
        ("cali-", "Calico"), ("NETAVARK", "Podman"),
    ]

    /// The program that keeps a chain.
    static func owner(of chain: String) -> String? {
        owners.first { chain.hasPrefix($0.beginning) }?.program
    }
}
