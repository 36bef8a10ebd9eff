public import RulesetModel

/// A rule with its place.
public struct PlacedRule: Sendable, Hashable {
    /// The chain that holds the rule.
    public let chain: String

    /// The hook from which the chain is reached, where it is.
    public let hook: Hook?

    /// The rule.
    public let rule: Rule
}
