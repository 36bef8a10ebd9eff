public import GenerationModel
public import RulesetModel
import TableDiff

/// How a table differs from what it should contain.
public struct DriftReport: Sendable {
    /// The table with its differences.
    public let reading: TableCheck

    /// How many entries of each list are printed.
    public let limit: Int

    /// The connections that the policy sends elsewhere; `nil` if there are no two policies.
    public let connections: ConnectionsReport?

    /// Whether the nftables commands are printed, too.
    public let showsObjects: Bool

    /// Creates a report.
    public init(
        _ reading: TableCheck,
        atMost limit: Int,
        connections: ConnectionsReport? = nil,
        showsObjects: Bool = false
    ) {
        self.connections = connections
        self.reading = reading
        self.limit = limit
        self.showsObjects = showsObjects
    }
}

/// The live redirects with their counters.
public struct StatusReport: Sendable {
    /// A redirect with what it has counted.
    public struct Row: Sendable, Encodable {
        let redirect: String
        let view: RedirectView?
        let connections: UInt64?
        let bytes: UInt64?
    }

    /// The table compared with the current generation.
    public let reading: TableCheck

    /// The redirects in the order of the policy.
    public let redirects: [Row]

    /// The connections that a draining table waits for; `nil` if it does not drain.
    public let draining: DrainingReport?

    /// Creates a report with the redirects of a table; `nil` has none.
    public init(
        _ reading: TableCheck,
        redirectsOf table: LiveTable?,
        draining: DrainingReport?
    ) {
        self.reading = reading
        self.draining = draining
        let counts = RedirectCounts(table)
        redirects = RedirectView.redirects(in: table).map { name, rules in
            let count = counts.count(of: name, rules)
            return Row(
                redirect: name,
                view: RedirectView(rules),
                connections: count?.packets,
                bytes: count?.bytes
            )
        }
    }
}
