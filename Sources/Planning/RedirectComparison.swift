import RulesetModel

/// How the redirects of two sets of rules differ.
struct RedirectComparison {
    private(set) var changes: [RedirectChange] = []
    private(set) var unchanged = 0

    init(_ chains: [ChainComparison]) {
        let wanted = RulesByRedirect(chains.map { ($0.wanted.head.hook, $0.wanted.rules) })
        let live = RulesByRedirect(
            chains.map { ($0.wanted.head.hook, ($0.live?.rules ?? []).compactMap(\.known)) }
        )
        let displaced = Set(chains.flatMap(\.displacedRedirects))
        for name in wanted.names {
            let change = RedirectChange(name: name, wanted: wanted[name], live: live[name])
            if change.wanted != change.live || displaced.contains(name) {
                changes.append(change)
            } else {
                unchanged += 1
            }
        }
        for name in live.names where wanted[name].isEmpty {
            changes.append(RedirectChange(name: name, wanted: [], live: live[name]))
        }
    }
}

/// The rules of all chains, by the redirect they belong to.
private struct RulesByRedirect {
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
