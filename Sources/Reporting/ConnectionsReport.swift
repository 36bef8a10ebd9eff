public import PolicyAnalysis
public import TableDiff

/// The connections that a change sends elsewhere.
public struct ConnectionsReport: Sendable {
    /// The changes.
    public let comparison: PolicyComparison

    /// The generation whose policy was compared; `nil` for a policy that was named.
    public let generation: Int?

    /// Creates a report.
    public init(_ comparison: PolicyComparison, since generation: Int? = nil) {
        self.comparison = comparison
        self.generation = generation
    }
}

/// How two policies differ.
public struct PolicyDifferenceReport: Sendable {
    /// The name of the policy that is compared.
    public let old: String

    /// The name of the policy that it is compared with.
    public let new: String

    /// The table of the new policy.
    public let table: String

    /// What would turn the ruleset of the one into that of the other.
    public let difference: Difference

    /// The connections that go elsewhere.
    public let connections: ConnectionsReport

    /// How many redirects are listed in a text.
    public let limit: Int

    /// Whether the nftables commands are printed, too.
    public let showsObjects: Bool

    /// Creates a report.
    public init(
        old: String,
        new: String,
        table: String,
        _ difference: Difference,
        _ connections: ConnectionsReport,
        atMost limit: Int,
        showsObjects: Bool
    ) {
        self.old = old
        self.new = new
        self.table = table
        self.difference = difference
        self.connections = connections
        self.limit = limit
        self.showsObjects = showsObjects
    }
}
