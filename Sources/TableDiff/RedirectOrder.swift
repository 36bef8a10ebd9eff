import RulesetModel

/// Where a policy has its redirects.
public struct PolicyOrder: Sendable {
    private let places: [String: Int]

    /// Creates the order of redirects by their names.
    public init(_ names: some Sequence<String>) {
        places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    /// Sorts what is about redirects; what is about others comes last, in the order that it has.
    public func sorted<Entry>(_ entries: [Entry], by name: (Entry) -> String) -> [Entry] {
        entries.enumerated()
            .map { (place: places[name($1)] ?? .max, index: $0, entry: $1) }
            .sorted { ($0.place, $0.index) < ($1.place, $1.index) }
            .map(\.entry)
    }
}

extension Difference {
    /// The same difference with its redirects in the order of a policy.
    ///
    /// Rules are in that order only where redirects overlap, and elements of a map in that of their keys.
    public func inOrder(of policy: @autoclosure () -> PolicyOrder) -> Difference {
        guard redirects.count > 1 else { return self }
        var difference = self
        difference.redirects = policy().sorted(redirects, by: \.name)
        return difference
    }
}

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
