import RulesetModel

/// The rules of all chains, by the redirect they belong to.
struct RulesByRedirect {
    /// The redirects' names in the order of the policy, as far as the order of their rules tells it.
    private(set) var names: [String] = []

    private var rules: [String: [PlacedRule]] = [:]

    /// Gathers the rules of a ruleset.
    init(_ chains: [WantedChain], maps: [PortMap]) {
        self.init(chains.map { ($0.name, $0.head?.hook, $0.rules) }, maps)
    }

    /// Gathers the rules of living chains that ``Rule`` can express.
    init(_ chains: [LiveChain], maps: [LiveMap]) {
        self.init(
            chains.map { chain in
                (chain.name, chain.attachment.head?.hook, chain.rules.compactMap(\.known))
            },
            maps.map(\.content)
        )
    }

    private init(_ chains: [(name: String, hook: Hook?, rules: [Rule])], _ maps: [PortMap]) {
        let pairs = Dictionary(maps.map { ($0.name, $0.pairs) }) { first, _ in first }
        var hooks: [String: Hook] = [:]
        for chain in chains {
            for rule in chain.rules {
                if case .jump(let target) = rule.statement { hooks[target] = chain.hook }
            }
        }
        for chain in chains {
            let hook = chain.hook ?? hooks[chain.name]
            names = Self.merge(names, chain.rules.compactMap(\.comment))
            for rule in chain.rules {
                guard let name = rule.comment else { continue }
                rules[name, default: []].append(
                    PlacedRule(
                        chain: chain.name,
                        hook: hook,
                        rule: rule,
                        pairs: rule.statement.map.flatMap { pairs[$0] }
                    )
                )
            }
        }
    }

    /// Joins two orders: a new name comes in front of the next one that is known already.
    ///
    /// A redirect of one direction only is in one chain only, so no chain alone has the order of all.
    private static func merge(_ names: [String], _ others: [String]) -> [String] {
        let known = Set(names)
        var seen: Set<String> = []
        var newNames: [String] = []
        var newNamesBefore: [String: [String]] = [:]
        for name in others {
            if !known.contains(name) {
                if seen.insert(name).inserted { newNames.append(name) }
            } else if !newNames.isEmpty {
                newNamesBefore[name, default: []] += newNames
                newNames = []
            }
        }
        return names.flatMap { (newNamesBefore[$0] ?? []) + [$0] } + newNames
    }

    subscript(name: String) -> [PlacedRule] { rules[name] ?? [] }
}
