import LiveFlows
import Nftables
import Planning

/// The live flows that a change leaves on their old way.
struct FlowsLeft {
    /// Those of one redirect and protocol.
    struct Group: Encodable {
        let redirect: String
        let `protocol`: String
        let flows: Int

        /// What they keep of their old way.
        let keeps: StaleFlow.Kept
    }

    /// All of them but the one of this SSH session, which nothing here may break.
    let entries: [TrackedFlow]
    let groups: [Group]

    /// The redirect because of which new SSH sessions like this one would not get here any more.
    let redirectOfSession: String?

    /// How many there are, this SSH session included.
    var count: Int { entries.count + (redirectOfSession == nil ? 0 : 1) }

    static let none = FlowsLeft(entries: [], groups: [], redirectOfSession: nil)

    /// Looks for them among all flows that the kernel tracks.
    ///
    /// The judge is made for the first one: it may have to take in 100,000 redirects.
    init(by makeJudge: @autoclosure () -> StaleFlows) throws(KernelError) {
        var madeJudge: StaleFlows?
        var stale: [Flow: StaleFlow] = [:]
        let session = SSHSession.current
        var redirectOfSession: String?
        let tracked = try ConnectionTracking.flows { flow in
            let judge = madeJudge ?? makeJudge()
            madeJudge = judge
            guard let found = judge.stale(flow) else { return false }
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

    init(entries: [TrackedFlow], groups: [Group], redirectOfSession: String?) {
        self.entries = entries
        self.groups = groups
        self.redirectOfSession = redirectOfSession
    }

    /// Those that a difference leaves behind when it is mended, or was.
    static func behind(_ difference: Difference) throws(KernelError) -> FlowsLeft {
        guard difference.isSubstantial else { return .none }
        return try FlowsLeft(
            by: StaleFlows(
                from: difference.before,
                to: difference.after,
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

extension FlowsLeft {
    private static let mostShown = 5

    /// What an operator is told where new sessions like the own one would not get here.
    var warningOfSession: String? {
        redirectOfSession.map {
            "by the change of `\($0)`, new SSH sessions like this one do not get here any more; this "
                + "one is left as it is"
        }
    }

    /// What an operator is told of them, a sentence a line.
    var sentences: [String] {
        let shown = groups.prefix(Self.mostShown).map { group in
            let (noun, verb) = group.flows == 1 ? ("flow", "keeps its") : ("flows", "keep their")
            return "\(group.flows) live \(group.protocol.uppercased()) \(noun) of "
                + "`\(group.redirect)` \(verb) old \(group.keeps.rawValue) until \(group.flows == 1 ? "it" : "they") "
                + "\(group.flows == 1 ? "ends" : "end"); `--flush-flows` moves "
                + (group.flows == 1 ? "it" : "them")
        }
        let rest = groups.dropFirst(Self.mostShown)
        guard !rest.isEmpty else { return shown }
        let flows = rest.reduce(0) { $0 + $1.flows }
        let redirects = Set(rest.map(\.redirect)).count
        return shown + ["so do \(flows) more, of \(redirects) other redirects"]
    }
}
