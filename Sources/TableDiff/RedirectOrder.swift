import RulesetModel

extension TableContent {
    /// The names of the redirects in the order of the policy, as far as the order of rules and
    /// elements tells it.
    ///
    /// An element in the kernel counts only if some connection can match it.
    var redirects: [String] {
        var order: [String] = []
        for chain in chains {
            var namesOfChain: [String] = []
            for rule in chain.rules {
                if let name = rule.comment {
                    if isAbout(name) { namesOfChain.append(name) }
                } else if let map = rule.sharedMap {
                    namesOfChain += (sharedElements[map] ?? []).lazy
                        .filter { isWanted || rule.narrowed(to: $0) != nil }
                        .compactMap(\.redirect)
                }
            }
            order = Self.merge(order, namesOfChain)
        }
        return order
    }

    /// Joins two orders: a new name comes before the next one that is known already.
    ///
    /// A redirect of one direction only is in one chain only, so no chain alone has the order of all.
    private static func merge(_ names: [String], _ others: [String]) -> [String] {
        if others.isEmpty { return names }
        let known = Set(names)
        if known.isEmpty {
            var seen = known
            return others.filter { seen.insert($0).inserted }
        }
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
}
