import RulesetModel

/// The rules of all chains, by the redirect they belong to.
struct RulesByRedirect {
    /// The redirects' names, in the order of their first rules.
    private(set) var names: [String] = []

    private var rules: [String: [PlacedRule]] = [:]

    /// Gathers the rules of a ruleset.
    init(_ chains: [WantedChain]) {
        self.init(chains.map { ($0.name, $0.head?.hook, $0.rules) })
    }

    /// Gathers the rules of living chains that ``Rule`` can express.
    init(_ chains: [LiveChain]) {
        self.init(
            chains.map { chain in
                if case .nat(let head) = chain.attachment {
                    (chain.name, head.hook, chain.rules.compactMap(\.known))
                } else {
                    (chain.name, nil, chain.rules.compactMap(\.known))
                }
            }
        )
    }

    private init(_ chains: [(name: String, hook: Hook?, rules: [Rule])]) {
        var hooks: [String: Hook] = [:]
        for chain in chains {
            for rule in chain.rules {
                if case .jump(let target) = rule.statement { hooks[target] = chain.hook }
            }
        }
        for chain in chains {
            let hook = chain.hook ?? hooks[chain.name]
            for rule in chain.rules {
                guard let name = rule.comment else { continue }
                if rules[name] == nil { names.append(name) }
                rules[name, default: []].append(
                    PlacedRule(chain: chain.name, hook: hook, rule: rule)
                )
            }
        }
    }

    subscript(name: String) -> [PlacedRule] { rules[name] ?? [] }
}
