import Flows
import Nftables
import Planning

/// The live flows that a change leaves on their old way.
struct FlowsLeft {
    /// Those of one redirect and protocol.
    struct Group: Encodable {
        let redirect: String
        let `protocol`: String
        let flows: Int
    }

    /// A flow as its client knows it, and what names it to the kernel.
    struct Entry: Hashable {
        let flow: Flow
        let tracked: TrackedFlow
    }

    /// All of them but the one of this SSH session, which nothing here may break.
    let entries: [Entry]
    let groups: [Group]

    /// The redirect because of which new SSH sessions like this one would not get here any more.
    let redirectOfSession: String?

    /// How many there are, this SSH session included.
    var count: Int { entries.count + (redirectOfSession == nil ? 0 : 1) }

    static let none = FlowsLeft(entries: [], groups: [], redirectOfSession: nil)

    /// Looks for them among all flows that the kernel tracks.
    ///
    /// The judge is made for the first one: it may have to take in 100,000 redirects.
    init(by makeJudge: @autoclosure () -> FlowJudge) throws(KernelError) {
        var madeJudge: FlowJudge?
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
        var counts: [String: [String: Int]] = [:]
        entries = tracked.compactMap { tracked in
            guard let found = stale[tracked.flow] else { return nil }
            counts[found.redirect, default: [:]][found.flow.protocolName, default: 0] += 1
            return Entry(flow: found.flow, tracked: tracked)
        }
        groups = Self.groups(counts)
        self.redirectOfSession = redirectOfSession
    }

    init(entries: [Entry], groups: [Group], redirectOfSession: String?) {
        self.entries = entries
        self.groups = groups
        self.redirectOfSession = redirectOfSession
    }

    /// Those that a difference leaves behind when it is mended, or was.
    static func behind(_ difference: Difference) throws(KernelError) -> FlowsLeft {
        guard difference.isSubstantial else { return .none }
        return try FlowsLeft(
            by: FlowJudge(
                from: difference.before,
                to: difference.after,
                machine: LocalAddresses.all()
            )
        )
    }

    private static func groups(_ counts: [String: [String: Int]]) -> [Group] {
        counts.keys.sorted().flatMap { redirect in
            (counts[redirect] ?? [:]).sorted { $0.key < $1.key }
                .map { Group(redirect: redirect, protocol: $0.key.lowercased(), flows: $0.value) }
        }
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
                + "`\(group.redirect)` \(verb) old target until \(group.flows == 1 ? "it" : "they") "
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
