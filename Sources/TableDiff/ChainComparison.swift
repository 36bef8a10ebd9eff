import RulesetModel

/// How one chain of the kernel differs from what it should be.
struct ChainComparison {
    /// What the chain should be.
    let wanted: WantedChain

    /// The chain in the kernel.
    let live: LiveChain?

    private let alignment: RuleAlignment

    /// The wanted rules that the kernel's chain lacks, or has elsewhere in the order.
    private let added: [Rule]

    /// Those of them that it has elsewhere in the order.
    let displaced: [Rule]

    /// Rules that go, with no wanted one that they would come again as.
    let surplus: [LiveRule]

    init(wanted: WantedChain, live: LiveChain?, replacedMaps: Set<String>) {
        self.wanted = wanted
        self.live = live
        alignment = RuleAlignment(
            live: live?.rules ?? [],
            wanted: wanted.rules,
            replacedMaps: replacedMaps
        )
        let kept = alignment.kept
        added =
            kept.count == wanted.rules.count
            ? [] : wanted.rules.indices.filter { kept[$0] == nil }.map { wanted.rules[$0] }
        var free = alignment.removed.isEmpty ? [:] : Dictionary(grouping: added) { $0 }
        var displaced: [Rule] = []
        surplus = alignment.removed.filter { rule in
            guard let known = rule.known, free[known]?.popLast() != nil else { return true }
            // A rule that uses a map that is created again is added again in its place.
            if !known.asks(replacedMaps) { displaced.append(known) }
            return false
        }
        self.displaced = displaced
    }

    /// What is wrong with the chain itself.
    var structuralChange: StructuralChange? {
        // A regular chain is part of its redirect, and is told of as such.
        guard let live else { return wanted.head == nil ? nil : .chainMissing(wanted.name) }
        if isDropping { return .chainDrops(wanted.name) }
        return isAttached ? nil : .chainReplaced(wanted.name, found: live.attachment)
    }

    /// The wanted rules that the kernel's chain does not have at all.
    var lacking: [Rule] {
        if added.isEmpty || alignment.removed.isEmpty { return added }
        var present: [Rule: Int] = [:]
        for rule in alignment.removed.compactMap(\.known) { present[rule, default: 0] += 1 }
        return added.filter { rule in
            guard let count = present[rule], count > 0 else { return true }
            present[rule] = count - 1
            return false
        }
    }

    /// The rules that come and those that go, as far as ``Rule`` can express them.
    var changedRules: [Rule] { added + surplus.compactMap(\.known) }

    /// What is wrong with the rules that belong to no redirect, where the chain itself stays.
    var changesOfFixedRules: [StructuralChange] {
        guard live != nil, isAttached || isDropping else { return [] }
        let missing = lacking.filter(fixed.contains).map(\.text)
        let moved = displaced.filter(fixed.contains).map(\.text)
        return (missing.isEmpty ? [] : [.rulesMissing(chain: wanted.name, missing)])
            + (moved.isEmpty ? [] : [.rulesMoved(chain: wanted.name, moved)])
    }

    private var fixed: [Rule] { wanted.head.map { Rule.fixed(at: $0.hook) } ?? [] }

    /// The redirects of which a rule comes, goes or stands elsewhere.
    var redirects: [String] {
        added.compactMap(\.comment) + surplus.compactMap(\.redirect)
    }

    /// Rules that no redirect accounts for; those of `accountedFor` go without being told of.
    func foreignRules(except accountedFor: Set<Handle>) -> [ForeignObject] {
        let rules = live?.rules ?? []
        // A chain of another generation can have fixed rules that this one does without.
        let former = fixed.filter { !wanted.rules.contains($0) }
        let foreign = Set(
            surplus.lazy.filter { rule in
                rule.redirect == nil && rule.known.map(former.contains) != true
            }.map(\.handle)
        ).subtracting(accountedFor)
        if foreign.isEmpty { return [] }
        let places = PlacesInChain(wanted.name, rules, besides: foreign)
        return rules.indices.filter { foreign.contains(rules[$0].handle) }.map {
            ForeignObject(rules[$0], in: places.words(of: $0))
        }
    }
}

// MARK: - Commands

extension ChainComparison {
    /// Adds the commands that mend the chain.
    func mend(_ batch: inout CommandBatch) {
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
        if isFlooded {
            batch.removeRules.append(.flushChain(name: wanted.name))
            batch.addRules += wanted.rules.map { .appendRule($0, chain: wanted.name) }
            return
        }
        batch.removeRules += alignment.removed.map { .deleteRule($0, chain: wanted.name) }
        batch.addRules += additions
    }

    /// Whether so much must go that the chain is emptied and filled again: the kernel looks for each rule
    /// that is removed by its handle among all others.
    private var isFlooded: Bool { alignment.removed.count > max(1000, wanted.rules.count) }

    private var isAttached: Bool { live?.attachment == wanted.attachment }

    /// Only its policy differs, which the kernel can change on a living chain.
    private var isDropping: Bool {
        guard let head = wanted.head else { return false }
        return live?.attachment == .dropping(head)
    }

    /// Every missing rule goes before the next one that stays, so that the rules that come
    /// together stand in order.
    private var additions: [NftCommand] {
        if added.isEmpty { return [] }
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
}

extension Rule {
    /// Whether it asks one of these maps.
    func asks(_ maps: Set<String>) -> Bool {
        lookup.map { maps.contains($0.map) } ?? false
    }
}
