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
