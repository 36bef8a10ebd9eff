import RulesetModel

/// The rules of all chains, by the redirect they belong to.
struct RulesByRedirect {
    private(set) var names: [String] = []
    private var rules: [String: [PlacedRule]] = [:]

    init(_ chains: [(hook: Hook, rules: [Rule])]) {
        for (hook, chainRules) in chains {
            for rule in chainRules {
                guard let name = rule.comment else { continue }
                if rules[name] == nil { names.append(name) }
                rules[name, default: []].append(PlacedRule(hook: hook, rule: rule))
            }
        }
    }

    subscript(name: String) -> [PlacedRule] { rules[name] ?? [] }
}
