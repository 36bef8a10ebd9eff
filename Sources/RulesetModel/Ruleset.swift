/// The whole content that one table should have: what a policy compiles to.
///
/// A generation's marker is not part of it: the same ruleset can be applied more than once.
public struct Ruleset: Sendable, Hashable, Codable {
    /// The table's name; its family is always `inet`.
    public var table: String

    /// The named counters, sorted.
    public var counters: [String]

    /// The maps, sorted by name.
    public var maps: [LookupMap]

    /// The base chains with their rules, in the order of ``Hook``.
    public var chains: [BaseChain]

    /// The chains that rules of these jump to.
    public var regularChains: [RegularChain]

    /// Creates a ruleset.
    public init(
        table: String,
        counters: [String] = [],
        maps: [LookupMap] = [],
        chains: [BaseChain] = [],
        regularChains: [RegularChain] = []
    ) {
        self.table = table
        self.counters = counters
        self.maps = maps
        self.chains = chains
        self.regularChains = regularChains
    }
}

extension Ruleset {
    /// The rules of all chains.
    public var rules: [Rule] { chains.flatMap(\.rules) + regularChains.flatMap(\.rules) }

    /// The names of the redirects that it carries out.
    public var redirects: Set<String> {
        // Rules of other chains belong to redirects whose rules or elements jump there.
        var names = Set(chains.lazy.flatMap(\.rules).compactMap(\.comment))
        names.reserveCapacity(maps.reduce(names.count) { $0 + $1.elements.count })
        for map in maps { names.formUnion(map.elements.lazy.compactMap(\.redirect)) }
        return names
    }

    /// How many redirects it carries out.
    public var redirectCount: Int { redirects.count }

    /// Whether a rule has a code point (`dscp`).
    public var namesCodePoints: Bool {
        rules.contains { $0.selector.dscp != nil }
    }

    /// Whether a rule moves connections from one prefix to another.
    public var movesPrefixes: Bool {
        rules.contains { if case .dnatPrefix = $0.statement { true } else { false } }
    }

    /// Whether a rule matches a control group.
    public var namesControlGroups: Bool {
        rules.contains { $0.selector.cgroup != nil }
    }
}

extension Ruleset {
    /// The ruleset with only those elements of its maps that have one of these keys, by the map's
    /// name.
    public func narrowed(to keys: [String: [MapKey]]) -> Ruleset {
        var ruleset = self
        ruleset.maps = maps.map { map in
            let keys = Set(keys[map.name] ?? [])
            let elements = keys.isEmpty ? [] : map.elements.filter { keys.contains($0.key) }
            return LookupMap(name: map.name, type: map.type, elements: elements)
        }
        return ruleset
    }
}
