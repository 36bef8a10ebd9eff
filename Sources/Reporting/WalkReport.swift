public import Doctor
public import PolicyAnalysis

/// The way of one connection through a host.
public struct WalkReport: Sendable {
    /// The policy as the command names it; `nil` for that of a generation.
    let policy: String?

    let explanation: Explanation

    /// One way for each place to which the connection can go.
    let walks: [ConnectionWalk]

    /// What is wrong with the table as a whole.
    let findings: [HostFinding]

    /// Whether the connection's destination is an address of this machine, in a sentence, if that decides.
    let locality: String?

    /// The tables of other programs.
    let tables: ExaminedTables

    /// Creates a report.
    public init(
        _ walks: [ConnectionWalk],
        _ explanation: Explanation,
        of policy: String?,
        findings: [HostFinding] = [],
        locality: String? = nil,
        tables: ExaminedTables
    ) {
        self.findings = findings
        self.locality = locality
        self.walks = walks
        self.explanation = explanation
        self.policy = policy
        self.tables = tables
    }

    /// What is wrong with the table, and the first obstacle of each way that has one.
    public var obstacles: [HostFinding] { findings + walks.compactMap(\.firstObstacle) }
}
