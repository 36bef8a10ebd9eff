import GenerationModel

/// The shape of a plan.
struct PlanJSON: Sendable, Codable {
    let table: String
    let generation: Int?
    let nextGeneration: Int
    let overdueTrial: Int?

    /// `nil` also if an older version saved the plan.
    let changed: ChangedSide?
    let lockouts: [LockoutReport]
    let flows: FlowsJSON
    let connections: ConnectionsJSON?
    let plan: DifferenceJSON

    init(_ report: PlanReport) {
        let plan = report.plan
        table = plan.table
        generation = plan.current
        nextGeneration = plan.next
        overdueTrial = plan.overdueTrial?.trial.generation
        changed = plan.changedSide
        lockouts = report.lockouts
        flows = FlowsJSON(report.flows)
        connections = report.connections.map(ConnectionsJSON.init)
        self.plan = DifferenceJSON(plan.difference, table: plan.table)
    }
}

/// What a file that `plan --out` saves has for whoever reads it: the shape of the plan, and the words
/// that the plan's text has beside it.
public struct PlanContents: Sendable, Codable {
    let plan: PlanJSON

    /// `nil` if 0.2.0 saved the plan.
    let text: PlanWords?

    private enum CodingKeys: CodingKey {
        case text
    }

    /// Takes down a plan.
    public init(_ report: PlanReport) {
        plan = PlanJSON(report)
        text = PlanWords(report)
    }

    /// Decodes both from one object.
    public init(from decoder: any Decoder) throws {
        plan = try PlanJSON(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        text = try container.decodeIfPresent(PlanWords.self, forKey: .text)
    }

    /// Encodes both into one object.
    public func encode(to encoder: any Encoder) throws {
        try plan.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(text, forKey: .text)
    }
}

/// The shape of a plan that was saved.
struct SavedPlanJSON: Encodable {
    let saved: SavedPlanReport

    private enum CodingKeys: CodingKey {
        case policy
        case time
        case user
        case tool
    }

    func encode(to encoder: any Encoder) throws {
        try saved.contents.plan.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(saved.policy, forKey: .policy)
        try container.encode(saved.time.iso, forKey: .time)
        try container.encode(saved.user, forKey: .user)
        try container.encode(saved.tool, forKey: .tool)
    }
}
