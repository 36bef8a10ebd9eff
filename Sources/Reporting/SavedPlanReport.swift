/// A plan that was saved in a file.
public struct SavedPlanReport: Sendable {
    /// What the file says of the plan.
    let contents: PlanContents

    /// The path of the policy that was planned.
    let policy: String

    /// When the plan was made.
    let time: Timestamp

    /// Who made it.
    let user: String

    /// The version of redirctl that made it.
    let tool: String

    /// How many entries of each list people see.
    let limit: Int

    /// The connections that would go elsewhere, and matter.
    public var lockouts: [LockoutReport] { contents.plan.lockouts }

    /// Creates a report.
    public init(
        _ contents: PlanContents,
        policy: String,
        time: Timestamp,
        user: String,
        tool: String,
        atMost limit: Int
    ) {
        self.contents = contents
        self.policy = policy
        self.time = time
        self.user = user
        self.tool = tool
        self.limit = limit
    }
}
