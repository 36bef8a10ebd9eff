import RulesetModel

/// How the redirects of two sets of rules differ.
struct RedirectComparison {
    private(set) var changes: [RedirectChange] = []
    private(set) var unchanged = 0

    init(_ chains: [ChainComparison], live: LiveTable) {
        let wanted = RulesByRedirect(chains.map(\.wanted))
        let live = RulesByRedirect(live.chains)
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
