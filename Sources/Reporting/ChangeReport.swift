public import GenerationModel

/// What a command has changed.
public struct ChangeReport: Sendable {
    /// The change.
    public let change: Change

    /// The table's name.
    public let table: String

    /// The live flows that keep their old way; `nil` if nobody looked for them.
    public let flows: FlowsReport?

    /// The number of live flows that a removed table had redirected; `nil` if it is not known.
    public let liveFlows: Int?

    /// The connections that go elsewhere; `nil` if there is no policy to compare with.
    public let connections: ConnectionsReport?

    /// How many entries of each list people see.
    public let limit: Int

    /// Whether the nftables commands are printed, too.
    public let showsObjects: Bool

    /// Creates a report.
    public init(
        _ change: Change,
        table: String,
        flows: FlowsReport? = nil,
        liveFlows: Int? = nil,
        connections: ConnectionsReport? = nil,
        atMost limit: Int = .max,
        showsObjects: Bool = false
    ) {
        self.connections = connections
        self.change = change
        self.limit = limit
        self.table = table
        self.flows = flows
        self.liveFlows = liveFlows
        self.showsObjects = showsObjects
    }
}

/// A table that redirects nothing more and waits for its connections to end.
public struct DrainingReport: Sendable {
    /// The table's name.
    public let table: String

    /// The generation without redirects.
    public let generation: Int

    /// The number of live flows that the table has redirected; `nil` if it is not known.
    public let liveFlows: Int?

    /// Creates a report.
    public init(table: String, generation: Int, liveFlows: Int?) {
        self.table = table
        self.generation = generation
        self.liveFlows = liveFlows
    }
}
