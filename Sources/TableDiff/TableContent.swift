import RulesetModel

/// The parts of some redirects in a table, the wanted one or the kernel's, in one shape.
struct TableContent {
    /// A chain with the rules that ``Rule`` can express.
    struct Chain {
        let name: String
        let hook: Hook?
        let rules: [Rule]
    }

    /// All chains.
    let chains: [Chain]

    /// Whether it is what should be, and not the kernel's.
    let isWanted: Bool

    /// The redirects that it is about; nothing means all.
    private var names: Set<String>?

    /// Their elements of maps that are asked for several redirects, ascending by key.
    private(set) var sharedElements: [String: [MapElement]] = [:]

    /// The elements of maps that rules with a redirect's name ask, ascending by key.
    private(set) var ownElements: [String: [MapElement]] = [:]

    /// What a ruleset has of some redirects.
    init(_ wanted: Ruleset, among names: Set<String>? = nil) {
        isWanted = true
        self.names = names
        chains = wanted.wantedChains.map {
            Chain(name: $0.name, hook: $0.head?.hook, rules: $0.rules)
        }
        let maps = Dictionary(wanted.maps.map { ($0.name, $0) }) { first, _ in first }
        gather { map, isIncluded in maps[map]?.elements.filter(isIncluded) ?? [] }
    }

    /// What a table in the kernel has of some redirects, these chains first: one that was created again
    /// comes last in the kernel's own order.
    init(
        _ live: LiveTable,
        inOrderOf order: [String] = [],
        without foreignRules: Set<Handle> = [],
        among names: Set<String>? = nil
    ) {
        isWanted = false
        self.names = names
        let known = Set(order)
        let chainsByName = Dictionary(live.chains.map { ($0.name, $0) }) { first, _ in first }
        let others = live.chains.filter { !known.contains($0.name) }
        chains = (order.compactMap { chainsByName[$0] } + others).map { chain in
            Chain(
                name: chain.name,
                hook: chain.attachment.head?.hook,
                rules: chain.rules.compactMap {
                    foreignRules.contains($0.handle) ? nil : $0.known
                }
            )
        }
        let maps = Dictionary(live.maps.map { ($0.name, $0) }) { first, _ in first }
        gather { map, isIncluded in
            (maps[map]?.elements ?? []).lazy.map(\.element).filter(isIncluded)
                .sorted { $0.key < $1.key }
        }
    }

    /// Whether it is about a redirect.
    func isAbout(_ name: String?) -> Bool {
        guard let name else { return false }
        return names?.contains(name) ?? true
    }

    /// The part that is about fewer redirects.
    func restricted(to names: Set<String>) -> TableContent {
        var part = self
        part.names = names
        part.sharedElements = sharedElements.mapValues { $0.filter { part.isAbout($0.redirect) } }
        return part
    }

    private mutating func gather(
        _ elements: (_ map: String, _ isIncluded: (MapElement) -> Bool) -> [MapElement]
    ) {
        if names?.isEmpty == true { return }
        for rule in chains.lazy.flatMap(\.rules) {
            if let map = rule.sharedMap, sharedElements[map] == nil {
                sharedElements[map] = elements(map) { isAbout($0.redirect) }
            } else if let map = rule.ownMap, ownElements[map] == nil, isAbout(rule.comment) {
                ownElements[map] = elements(map) { _ in true }
            }
        }
    }
}

extension Rule {
    /// The map that the rule asks on behalf of the redirects that its elements name.
    ///
    /// A rule with a comment asks for its own redirect.
    var sharedMap: String? { comment == nil ? lookup?.map : nil }

    /// The map that the rule asks for its own redirect, alone or beside others.
    var ownMap: String? { comment == nil ? nil : lookup?.map }
}
