public import RulesetModel

extension LiveTable {
    /// The rules of the base chains as texts, with the elements of the maps that they ask: what is left
    /// of a table without its handles, counts and marker.
    public var rulesByChain: [String: [String]] {
        let chains = chains.filter { $0.attachment != .none }
        return texts(
            chains.map { ($0.name, $0.rules.map { ($0.text, $0.known?.lookup?.map) }) },
            maps.map(\.content)
        )
    }
}

extension Ruleset {
    /// The rules of the base chains as texts, with the elements of the maps that they ask.
    public var rulesByChain: [String: [String]] {
        texts(
            chains.map { ($0.name, $0.rules.map { ($0.text, $0.lookup?.map) }) },
            maps
        )
    }
}

private func texts(
    _ chains: [(name: String, rules: [(text: String, map: String?)])],
    _ maps: [LookupMap]
) -> [String: [String]] {
    let rules = chains.map { name, rules in
        (
            name,
            rules.flatMap { text, name in
                let map = maps.first { $0.name == name }
                return [text]
                    + (map.map { map in map.elements.map { map.type.text(of: $0) } } ?? [])
            }
        )
    }
    return Dictionary(rules) { first, _ in first }
}
