public import GenerationModel

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
