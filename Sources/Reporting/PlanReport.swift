public import GenerationModel

/// What an apply or a rollback would change.
public struct PlanReport: Sendable {
    /// The plan.
    public let plan: Plan

    /// The connections that matter and would go elsewhere.
    public let lockouts: [LockoutReport]

    /// The live flows that would keep their old way.
    public let flows: FlowsReport

    /// The connections that would go elsewhere; `nil` if there is no policy to compare with.
    public let connections: ConnectionsReport?

    /// How many entries of each list people see.
    public let limit: Int

    /// Whether the nftables commands are printed, too.
    public let showsObjects: Bool

    /// Creates a report.
    public init(
        _ plan: Plan,
        lockouts: [LockoutReport],
        flows: FlowsReport,
        connections: ConnectionsReport? = nil,
        atMost limit: Int,
        showsObjects: Bool
    ) {
        self.connections = connections
        self.plan = plan
        self.lockouts = lockouts
        self.flows = flows
        self.limit = limit
        self.showsObjects = showsObjects
    }
}

/// A connection that an operator relies on, and the redirect that would take new ones elsewhere.
public struct LockoutReport: Sendable, Codable {
    /// The connection, as a policy would write it.
    public let connection: String

    /// `ssh` or `protected`.
    public let reason: String

    /// The redirect's name.
    public let redirect: String

    /// The policy file in which the redirect stands.
    public let file: String

    /// The line of the redirect, counted from 1.
    public let line: Int32

    /// The column of the redirect, counted from 1.
    public let column: Int32

    /// Where the connection would go.
    public let target: String

    /// Whether it certainly would; otherwise that depends on what is not known of it.
    public let certain: Bool

    /// Creates a report.
    public init(
        connection: String,
        reason: String,
        redirect: String,
        file: String,
        line: Int32,
        column: Int32,
        target: String,
        certain: Bool
    ) {
        self.connection = connection
        self.reason = reason
        self.redirect = redirect
        self.file = file
        self.line = line
        self.column = column
        self.target = target
        self.certain = certain
    }
}

/// The live flows that a change leaves on their old way, and what happened to them.
public struct FlowsReport: Sendable {
    /// The flows of one redirect and protocol.
    public struct Group: Sendable, Codable {
        let redirect: String
        let `protocol`: String
        let flows: Int
        let keeps: String

        /// Creates a group; `keeps` is `target` or `source`.
        public init(redirect: String, protocol: String, flows: Int, keeps: String) {
            self.redirect = redirect
            self.protocol = `protocol`
            self.flows = flows
            self.keeps = keeps
        }
    }

    /// What happened to flows that were flushed, as numbers of flows.
    public struct Flush: Sendable, Hashable {
        /// Those that the kernel forgot.
        public let flushed: Int
        /// Those that had ended before.
        public let gone: Int
        /// Of the flushed ones, those that go the new way.
        public let moved: Int
        /// Of the flushed ones, those that go their old way again.
        public let stayed: Int
        /// Of the flushed ones, the TCP connections that end.
        public let cut: Int
        /// Of the flushed ones, those that have sent nothing since.
        public let waiting: Int

        /// Creates the numbers.
        public init(
            flushed: Int,
            gone: Int,
            moved: Int,
            stayed: Int,
            cut: Int,
            waiting: Int
        ) {
            self.flushed = flushed
            self.gone = gone
            self.moved = moved
            self.stayed = stayed
            self.cut = cut
            self.waiting = waiting
        }
    }

    /// The flows by redirect and protocol.
    public let left: [Group]

    /// The redirect that would take new SSH sessions like this one elsewhere.
    public let redirectOfSession: String?

    /// What happened to the flows; `nil` if they were left alone.
    public let flush: Flush?

    /// Creates a report; without arguments, of no flows.
    public init(left: [Group] = [], redirectOfSession: String? = nil, flush: Flush? = nil) {
        self.left = left
        self.redirectOfSession = redirectOfSession
        self.flush = flush
    }
}
