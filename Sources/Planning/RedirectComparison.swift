import RulesetModel

/// How the redirects of two sets of rules differ.
struct RedirectComparison {
    private(set) var changes: [RedirectChange] = []
    private(set) var unchanged = 0

    init(_ chains: [ChainComparison], maps: [PortMap], live: LiveTable) {
        let wanted = RulesByRedirect(chains.map(\.wanted), maps: maps)
        let order = chains.map(\.wanted.name)
        let live = RulesByRedirect(live.chains(inOrderOf: order), maps: live.maps)
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

extension LiveTable {
    /// The chains, these first: a chain that was made anew comes last in the kernel's own order.
    fileprivate func chains(inOrderOf names: [String]) -> [LiveChain] {
        let known = Set(names)
        let chainsByName = Dictionary(chains.map { ($0.name, $0) }) { first, _ in first }
        return names.compactMap { chainsByName[$0] } + chains.filter { !known.contains($0.name) }
    }
}
