/// Everything one table should hold: what a policy compiles to.
///
/// A generation's marker is not part of it: the same ruleset can be applied more than once.
public struct Ruleset: Sendable, Hashable, Codable {
    /// The table's name; its family is always `inet`.
    public var table: String

    /// The named counters, sorted.
    public var counters: [String]

    /// The base chains with their rules, in the order of ``Hook``.
    public var chains: [BaseChain]

    /// Creates a ruleset.
    public init(table: String, counters: [String] = [], chains: [BaseChain] = []) {
        self.table = table
        self.counters = counters
        self.chains = chains
    }
}
