public import Diagnostics
internal import Doctor
public import PolicyAnalysis
public import PolicyModel
public import RulesetModel

/// What a policy does with a connection, and why.
public struct ExplanationReport: Sendable {
    /// The policy as the command names it; `nil` for that of a generation.
    let policy: String?

    let explanation: Explanation
    let sources: SourceMap

    /// The names of users and groups in the policy, by their ids.
    let accounts: [Match.Key: [UInt32: String]]

    /// What the kernel has of it; `nil` if it was not asked.
    let live: LiveExplanation?

    /// Creates a report.
    ///
    /// - Parameters:
    ///   - explanation: The explanation.
    ///   - policy: The policy as the command names it; `nil` for that of a generation.
    ///   - sources: The texts that the policy was read from.
    ///   - accounts: The names of users and groups in the policy, by their ids.
    ///   - live: What the kernel has of it; `nil` if it was not asked.
    public init(
        _ explanation: Explanation,
        of policy: String?,
        sources: SourceMap,
        accounts: [Match.Key: [UInt32: String]] = [:],
        live: LiveExplanation? = nil
    ) {
        self.explanation = explanation
        self.policy = policy
        self.sources = sources
        self.accounts = accounts
        self.live = live
    }

    /// Where something is in the policy: `policy.yaml:5:11`.
    func place(_ span: SourceSpan) -> String { sources.place(of: span) }
}

/// What the kernel has of an explained connection.
public struct LiveExplanation: Sendable {
    /// A redirect that may decide, in the kernel's table.
    public struct LiveRedirect: Sendable {
        /// How it is in the kernel.
        public enum State: String, Sendable, Encodable {
            /// As it should be.
            case present
            /// Not at all.
            case missing
            /// Without effect: the whole table is switched off (`flags dormant`), and was not read.
            case inactive
            /// With other rules than it should have.
            case differs
            /// In another place of the order.
            case moved
        }

        let redirect: String
        let state: State

        /// The first of its rules and elements in the kernel.
        let rules: [String]
        let ruleCount: Int

        /// How many new connections it has counted; `nil` if it does not count.
        let connections: UInt64?

        /// How many rules and elements are listed.
        public static let mostRules = 5

        /// Creates the state of a redirect.
        public init(
            redirect: String,
            state: State,
            rules: [String],
            ruleCount: Int,
            connections: UInt64?
        ) {
            self.redirect = redirect
            self.state = state
            self.rules = rules
            self.ruleCount = ruleCount
            self.connections = connections
        }
    }

    /// A tracked connection like the one that is explained.
    public struct LiveFlow: Sendable {
        let flow: Flow

        /// Whether it goes where the explanation leads.
        let isAsExplained: Bool

        /// Creates a tracked connection.
        public init(_ flow: Flow, isAsExplained: Bool) {
            self.flow = flow
            self.isAsExplained = isAsExplained
        }
    }

    /// The tracked connections like the one that is explained.
    public enum Flows: Sendable {
        /// The first ones, and how many there are.
        case tracked([LiveFlow], count: Int)
        /// The kernel does not tell.
        case unknown(reason: String)

        /// How many connections are listed.
        public static let most = 10
    }

    let table: String

    /// The generation in effect; `nil` if nothing was ever applied.
    let generation: Int?

    /// Whether the generation is on trial.
    let isOnTrial: Bool

    /// Whether the table was compared with a policy, and not with the generation.
    let isOfPolicy: Bool

    /// What is wrong with the table as a whole, in a sentence without a full stop.
    let problem: String?

    let redirects: [LiveRedirect]
    let flows: Flows

    /// What keeps the connection from arriving, as far as `doctor` finds it; empty if nothing does.
    var obstacles: [HostFinding] = []

    /// The tables of other programs that were asked for it; `nil` if none were.
    var tables: ExaminedTables?

    /// The same with what `doctor` finds of the connection.
    public func adding(_ walk: WalkReport) -> LiveExplanation {
        var live = self
        live.obstacles = walk.obstacles
        live.tables = walk.tables
        return live
    }

    /// Creates what the kernel has of an explained connection.
    ///
    /// - Parameters:
    ///   - table: The table's name.
    ///   - generation: The generation in effect; `nil` if nothing was ever applied.
    ///   - isOnTrial: Whether the generation is on trial.
    ///   - isOfPolicy: Whether the table was compared with a policy, and not with the generation.
    ///   - problem: What is wrong with the table as a whole, in a sentence without a full stop.
    ///   - redirects: The redirects that may decide.
    ///   - flows: The tracked connections like the one that is explained.
    public init(
        table: String,
        generation: Int?,
        isOnTrial: Bool,
        isOfPolicy: Bool,
        problem: String?,
        redirects: [LiveRedirect],
        flows: Flows
    ) {
        self.table = table
        self.generation = generation
        self.isOnTrial = isOnTrial
        self.isOfPolicy = isOfPolicy
        self.problem = problem
        self.redirects = redirects
        self.flows = flows
    }
}
