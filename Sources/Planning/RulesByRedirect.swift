import RulesetModel

/// The rules of a table by the redirect they belong to, and what elements of maps say as rules.
struct RulesByRedirect {
    private var rules: [String: [PlacedRule]] = [:]

    /// The hooks from which chains are reached.
    private var hooks: [String: Hook] = [:]

    /// The elements of shared maps, by map.
    private var elements: [String: [MapElement]] = [:]

    /// Gathers all rules, or those of the given redirects.
    init(_ content: TableContent, of names: Set<String>? = nil) {
        func isAsked(_ name: String?) -> Bool {
            guard let name else { return false }
            return names?.contains(name) ?? true
        }
        for chain in content.chains {
            for rule in chain.rules {
                if case .jump(let target) = rule.statement { hooks[target] = chain.hook }
                guard let map = rule.sharedMap else { continue }
                let found = elements[map] ?? content.elements(of: map) { isAsked($0.redirect) }
                elements[map] = found
                for case .jump(let target) in found.lazy.map(\.value) { hooks[target] = chain.hook }
            }
        }
        for chain in content.chains {
            for rule in chain.rules {
                if let lookup = rule.statement.lookup, rule.comment == nil {
                    placeElements(of: lookup, asked: rule, in: chain)
                } else if isAsked(rule.comment) {
                    let ports = rule.ownMap.map { content.elements(of: $0) }
                    place(rule, in: chain, ports: ports)
                }
            }
        }
    }

    subscript(name: String) -> [PlacedRule] { rules[name] ?? [] }

    private mutating func placeElements(
        of lookup: Lookup,
        asked rule: Rule,
        in chain: TableContent.Chain
    ) {
        for element in elements[lookup.map] ?? [] {
            guard let narrowed = rule.narrowed(to: element) else { continue }
            place(narrowed, in: chain, found: FoundElement(element, by: lookup))
        }
    }

    private mutating func place(
        _ rule: Rule,
        in chain: TableContent.Chain,
        ports: [MapElement]? = nil,
        found: FoundElement? = nil
    ) {
        guard let name = rule.comment else { return }
        rules[name, default: []].append(
            PlacedRule(
                chain: chain.name,
                hook: chain.hook ?? hooks[chain.name],
                rule: rule,
                ports: ports,
                found: found
            )
        )
    }
}
