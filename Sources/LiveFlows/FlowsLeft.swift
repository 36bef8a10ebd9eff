public import Nftables
public import RulesetModel
internal import Safeguards
public import TableDiff

/// The live flows that a change leaves on their old way.
public struct FlowsLeft: Sendable {
    /// The flows of one redirect and protocol.
    public struct Group: Sendable, Hashable, Encodable {
        /// The redirect's name.
        public let redirect: String

        /// The protocol's name in lower case.
        public let `protocol`: String

        /// The number of flows.
        public let flows: Int

        /// What they keep of their old way.
        public let keeps: StaleFlow.Kept
    }

    /// All such flows but the one of this SSH session, which no command may break.
    public let entries: [TrackedFlow]

    /// ``entries`` by redirect and protocol, sorted; flows that keep their target come first.
    public let groups: [Group]

    /// The redirect by which new SSH sessions like this one do not get here any more; `nil` if they
    /// do.
    public let redirectOfSession: String?

    /// The number of flows, this SSH session's included.
    public var count: Int { entries.count + (redirectOfSession == nil ? 0 : 1) }

    /// No flows.
    public static let none = FlowsLeft(entries: [], groups: [], redirectOfSession: nil)

    private init(entries: [TrackedFlow], groups: [Group], redirectOfSession: String?) {
        self.entries = entries
        self.groups = groups
        self.redirectOfSession = redirectOfSession
    }

    /// Reads all flows that the kernel tracks, and keeps those that are stale.
    ///
    /// `makeStaleFlows` is only evaluated for the first flow: it may have to read 100,000 redirects.
    init(by makeStaleFlows: @autoclosure () -> StaleFlows) throws(KernelError) {
        var madeStaleFlows: StaleFlows?
        var stale: [Flow: StaleFlow] = [:]
        let session = SSHSession.current
        var redirectOfSession: String?
        let tracked = try ConnectionTracking.flows { flow in
            let staleFlows = madeStaleFlows ?? makeStaleFlows()
            madeStaleFlows = staleFlows
            guard let found = staleFlows.stale(flow) else { return false }
            if session.isCarried(by: found.flow) {
                redirectOfSession = found.redirect
                return false
            }
            stale[flow] = found
            return true
        }
        var counts: [Group.Key: Int] = [:]
        for found in tracked.compactMap({ stale[$0.flow] }) {
            counts[Group.Key(found), default: 0] += 1
        }
        entries = tracked
        groups = counts.sorted { $0.key.order < $1.key.order }.map {
            Group($0.key, flows: $0.value)
        }
        self.redirectOfSession = redirectOfSession
    }

    /// The flows that a difference leaves on their old way when it is applied, or has left.
    public static func behind(_ difference: Difference) throws(KernelError) -> FlowsLeft {
        guard difference.isSubstantial else { return .none }
        return try FlowsLeft(
            by: StaleFlows(
                from: difference.live,
                to: difference.wanted,
                machine: LocalAddresses.all()
            )
        )
    }
}

extension FlowsLeft.Group {
    /// What the flows of a group have in common.
    fileprivate struct Key: Hashable {
        let redirect: String
        let `protocol`: String
        let keeps: StaleFlow.Kept

        init(_ stale: StaleFlow) {
            redirect = stale.redirect
            `protocol` = stale.flow.protocolName.lowercased()
            keeps = stale.keeps
        }

        /// By redirect and protocol, targets first.
        var order: (String, String, Int) { (redirect, `protocol`, keeps == .target ? 0 : 1) }
    }

    fileprivate init(_ key: Key, flows: Int) {
        self.init(
            redirect: key.redirect,
            protocol: key.protocol,
            flows: flows,
            keeps: key.keeps
        )
    }
}
