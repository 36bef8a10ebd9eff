import RulesetModel

/// How one chain of the kernel differs from what it should be.
struct ChainComparison {
    /// What the chain should be.
    let wanted: WantedChain

    /// The chain in the kernel.
    let live: LiveChain?

    private let alignment: RuleAlignment

    init(wanted: WantedChain, live: LiveChain?, replacedMaps: Set<String>) {
        self.wanted = wanted
        self.live = live
        alignment = RuleAlignment(
            live: live?.rules ?? [],
            wanted: wanted.rules,
            replacedMaps: replacedMaps
        )
    }

    /// What is wrong with the chain itself.
    var structuralChange: StructuralChange? {
        // A regular chain is part of its redirect, and is told of as such.
        guard let live else { return wanted.head == nil ? nil : .chainMissing(wanted.name) }
        if isDropping { return .chainDrops(wanted.name) }
        return isAttached ? nil : .chainReplaced(wanted.name, found: live.attachment)
    }

    /// Rules that no redirect accounts for, as far as they must go.
    var foreignRules: [ForeignObject] {
        let rules = live?.rules ?? []
        let removed = Set(alignment.removed.map(\.handle))
        return rules.indices
            .filter { rules[$0].redirect == nil && removed.contains(rules[$0].handle) }
            .map { index in
                ForeignObject(
                    kind: "rule",
                    place: "chain \(wanted.name)" + Self.place(of: index, among: rules),
                    text: rules[index].text
                )
            }
    }

    /// The redirects of which a rule is as wanted, but out of order.
    var displacedRedirects: [String] {
        let removed = alignment.removed.compactMap(\.known)
        let wantedRules = Set(wanted.rules)
        return removed.filter { wantedRules.contains($0) }.compactMap(\.comment)
    }

    /// Adds the commands that mend the chain.
    func mend(_ batch: inout OperationBatch) {
        guard isAttached || isDropping else {
            if let live {
                batch.removeRules.append(.flushChain(name: live.name))
                batch.removeChains.append(.deleteChain(name: live.name))
            }
            batch.create.append(wanted.creation)
            batch.addRules += wanted.rules.map { .appendRule($0, chain: wanted.name) }
            return
        }
        if isDropping { batch.create.append(.acceptByDefault(chain: wanted.name)) }
        batch.removeRules += alignment.removed.map { .deleteRule($0, chain: wanted.name) }
        batch.addRules += additions
    }

    private var isAttached: Bool { live?.attachment == wanted.attachment }

    /// Only its policy is not as wanted, which is all that the kernel changes on a living chain.
    private var isDropping: Bool {
        guard let head = wanted.head else { return false }
        return live?.attachment == .dropping(head)
    }

    /// Every missing rule goes in front of the next one that stays, so that the rules that come
    /// together stand in order.
    private var additions: [Operation] {
        var next: Handle?
        var backwards: [(rule: Rule, before: Handle?)] = []
        for index in wanted.rules.indices.reversed() {
            if let kept = alignment.kept[index] {
                next = kept.handle
            } else {
                backwards.append((wanted.rules[index], next))
            }
        }
        return backwards.reversed().map { rule, before in
            if let before {
                .insertRule(rule, chain: wanted.name, before: before)
            } else {
                .appendRule(rule, chain: wanted.name)
            }
        }
    }

    private static func place(of index: Int, among rules: [LiveRule]) -> String {
        let before = rules[..<index].compactMap(\.redirect).last
        let after = rules[(index + 1)...].compactMap(\.redirect).first
        switch (before, after) {
        case (nil, nil): return ""
        case (nil, _?): return ", before ours"
        case (_?, nil): return ", after ours"
        case (let before?, let after?): return ", between `\(before)` and `\(after)`"
        }
    }
}
