public import RulesetModel

/// A rule with its place.
public struct PlacedRule: Sendable, Hashable {
    /// The chain that holds the rule.
    public let chain: String

    /// The hook from which the chain is reached, where it is.
    public let hook: Hook?

    /// The rule.
    public let rule: Rule

    /// What the map that it looks into holds, where it looks into one.
    public let pairs: [PortPair]?

    /// Whether every connection at the hook gets as far as this rule, unless one before it decides.
    var isInBaseChain: Bool { chain == hook?.rawValue }
}
