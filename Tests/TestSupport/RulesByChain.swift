public import RulesetModel

extension LiveTable {
    /// The rules of the base chains as texts: what is left of a table without its handles and marker.
    public var rulesByChain: [String: [String]] {
        Dictionary(
            chains.filter { $0.attachment != .none }.map { ($0.name, $0.rules.map(\.text)) },
            uniquingKeysWith: { first, _ in first }
        )
    }
}

extension Ruleset {
    /// The rules of the base chains as texts.
    public var rulesByChain: [String: [String]] {
        Dictionary(
            chains.map { ($0.name, $0.rules.map(\.text)) },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
