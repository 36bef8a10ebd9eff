import RulesetModel

/// What a table holds, the wanted one or the kernel's, in one shape.
struct TableContent {
    /// A chain with the rules that ``Rule`` can express.
    struct Chain {
        let name: String
        let hook: Hook?
        let rules: [Rule]
    }

    let chains: [Chain]

    private let maps: [String: Elements]

    private enum Elements {
        case wanted([MapElement])
        case live([LiveElement])
    }

    /// The content of a ruleset.
    init(_ wanted: Ruleset) {
        chains = wanted.wantedChains.map {
            Chain(name: $0.name, hook: $0.head?.hook, rules: $0.rules)
        }
        maps = Dictionary(wanted.maps.map { ($0.name, .wanted($0.elements)) }) { first, _ in first }
    }

    /// The content of a table in the kernel, these chains first: one that was made anew comes last
    /// in the kernel's own order.
    init(
        _ live: LiveTable,
        inOrderOf names: [String] = [],
        without foreignRules: Set<Handle> = []
    ) {
        let known = Set(names)
        let chainsByName = Dictionary(live.chains.map { ($0.name, $0) }) { first, _ in first }
        let others = live.chains.filter { !known.contains($0.name) }
        chains = (names.compactMap { chainsByName[$0] } + others).map { chain in
            Chain(
                name: chain.name,
                hook: chain.attachment.head?.hook,
                rules: chain.rules.compactMap {
                    foreignRules.contains($0.handle) ? nil : $0.known
                }
            )
        }
        maps = Dictionary(live.maps.map { ($0.name, .live($0.elements)) }) { first, _ in first }
    }

    /// Elements of a map, ascending by key.
    func elements(
        of map: String,
        where isIncluded: (MapElement) -> Bool = { _ in true }
    ) -> [MapElement] {
        switch maps[map] {
        case nil: []
        case .wanted(let elements)?: elements.filter(isIncluded)
        case .live(let elements)?:
            elements.compactMap { isIncluded($0.element) ? $0.element : nil }
                .sorted { $0.key < $1.key }
        }
    }
}

extension Rule {
    /// The map that the rule asks on behalf of the redirects that its elements name.
    ///
    /// A rule with a comment asks for its own redirect.
    var sharedMap: String? { comment == nil ? statement.lookup?.map : nil }

    /// The map that belongs to the rule's redirect as a whole.
    var ownMap: String? { comment == nil ? nil : statement.lookup?.map }
}
