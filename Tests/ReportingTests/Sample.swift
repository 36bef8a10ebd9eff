import Addressing
import GenerationModel
import Reporting
import TableDiff
import Testing

@testable import RulesetModel

/// Values to report.
enum Sample {
    /// 2027-01-15T08:00:00Z.
    static let now = 1_800_000_000
    static let deadline = now + 42

    /// All times that a text can name.
    static let times = [now - 7200, now - 60, now - 30, now, deadline]

    static func ruleset(to port: UInt16) -> Ruleset {
        let rule = Rule(
            selector: Selector(
                protocols: [.tcp],
                destinationPorts: Port(80).map { PortSet([$0...$0]) }
            ),
            counter: "rc_web",
            statement: .redirect(port: Port(port).map { .port($0) }),
            comment: "web"
        )
        return Ruleset(
            table: "t",
            counters: ["rc_web"],
            chains: [BaseChain(head: .init(hook: .output, priority: -105), rules: [rule])]
        )
    }

    static func table(to port: UInt16, marker number: Int) -> LiveTable {
        LiveTable(holding: ruleset(to: port), marker: manifest(number).marker)
    }

    /// What turns the redirect to 8080 into one to 9090, with a rule that is not from redirctl.
    static var difference: Difference {
        var live = table(to: 8080, marker: 1)
        live.chains[0].rules.append(
            LiveRule(handle: 90, content: .foreign("tcp dport 22 accept"))
        )
        return Difference(live: live, wanted: ruleset(to: 9090), marker: manifest(2).marker)
    }

    /// What gives a table the marker of generation 1.
    static func differenceOfMarker(found marker: Marker?) -> Difference {
        Difference(
            live: LiveTable(holding: ruleset(to: 8080), marker: marker),
            wanted: ruleset(to: 8080),
            marker: manifest(1).marker
        )
    }

    static func manifest(_ number: Int, _ origin: Manifest.Origin = .apply) -> Manifest {
        Manifest(
            format: 2,
            number: number,
            origin: origin,
            restores: origin == .rollback ? 1 : nil,
            parent: nil,
            time: now - 7200,
            user: "operator",
            message: number == 2 ? "as agreed" : nil,
            policy: origin == .apply ? "/etc/web.yaml" : nil,
            sources: [],
            accounts: [],
            namesControlGroups: false,
            digest: origin == .remove
                ? "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
                : "0123456789abcdef",
            tool: "0.0.0"
        )
    }

    static func generation(_ number: Int, to port: UInt16?) -> Generation {
        Generation(
            manifest: manifest(number, port == nil ? .remove : .apply),
            encoded: EncodedRuleset(
                ruleset: port.map { ruleset(to: $0) },
                bytes: nil,
                digest: ""
            )
        )
    }

    static func flows(flush: FlowsReport.Flush?) -> FlowsReport {
        FlowsReport(
            left: [.init(redirect: "web", protocol: "tcp", flows: 4, keeps: "target")],
            redirectOfSession: "web",
            flush: flush
        )
    }

    static var history: HistoryReport {
        let fates: [(Manifest.Origin, PastGeneration.Fate)] = [
            (.apply, .onTrial(deadline: deadline)), (.rollback, .current),
            (.apply, .never(.reverted(at: now - 60))), (.apply, .never(.cancelled)),
            (.apply, .never(.refused(reason: "no"))), (.apply, .never(.abandoned)),
            (.remove, .replaced), (.drain, .replaced), (.apply, .replaced),
        ]
        let generations = fates.enumerated().map { index, entry in
            PastGeneration(manifest: manifest(9 - index, entry.0), fate: entry.1)
        }
        return HistoryReport(table: "t", generations: generations, total: 20)
    }
}

// MARK: - What store and kernel have

extension Sample {
    enum Situation {
        case changed, onTrial, onTrialAfterRemoval, overdue, unknown, back
    }

    /// A trial of generation 2, which goes on for 42 seconds.
    static func pending(_ guardian: Trial.Guardian) throws -> PendingTrial {
        try #require(state(guardian, live: live(isTimed: guardian == .kernel)).pending)
    }

    private static func state(_ guardian: Trial.Guardian, live: LiveTrial) -> TrialState {
        let trial = Trial(
            generation: 2,
            boot: "boot",
            namespace: 1,
            started: now - 30,
            user: "operator",
            command: "redirctl apply web.yaml",
            guardian: guardian,
            deadline: deadline
        )
        let time = ClockReading(wall: now, monotonic: 0)
        return TrialState(
            trial,
            of: generation(2, to: 9090),
            besides: ruleset(to: 8080),
            live: live,
            hasRestarted: false,
            read: ReadingTime(start: time, end: time)
        )
    }

    private static func live(isTimed: Bool, to port: UInt16 = 9090) -> LiveTrial {
        let term = isTimed ? LiveLease.Term(timeout: 60_000, expires: 42_000) : LiveLease.Term()
        return LiveTrial(
            table: table(to: port, marker: 2),
            gates: [
                LiveTrial.Gate(
                    chain: "output",
                    rule: LiveRule(handle: 91, content: .known(.trial(chain: "output")))
                )
            ],
            addedChains: [],
            lease: LiveLease(
                handle: 92,
                isTimed: isTimed,
                terms: [.ipv4: term, .ipv6: term]
            )
        )
    }

    static func snapshot(_ situation: Situation) throws -> Snapshot {
        let isRemoved = situation == .back || situation == .onTrialAfterRemoval
        let current = situation == .unknown ? nil : generation(1, to: isRemoved ? nil : 8080)
        let marker = Marker(number: 7, digest: "fedcba9876543210")
        var snapshot = Snapshot(
            head: Head(),
            current: current,
            table: situation == .onTrialAfterRemoval
                ? nil : table(to: situation == .changed ? 7070 : 8080, marker: 1),
            reconciliation: situation == .unknown
                ? .otherLineage(found: marker, expected: nil) : .inStep,
            numbers: [1, 2]
        )
        switch situation {
        case .changed, .unknown, .back: break
        case .onTrial:
            snapshot.trial = state(.kernel, live: live(isTimed: true, to: 6060))
        case .onTrialAfterRemoval: snapshot.trial = state(.kernel, live: live(isTimed: true))
        case .overdue:
            let trial = try pending(.process).trial
            snapshot.trial = .over(trial, .reverted(at: deadline))
            snapshot.trialObjects = live(isTimed: false)
        }
        return snapshot
    }

    static func reading(_ snapshot: Snapshot, policy: String? = nil) -> TableCheck {
        TableCheck(
            table: "t",
            storeDirectory: "/state",
            subject: policy.map { .policy($0) } ?? .current,
            live: .listed(snapshot),
            generation: snapshot.current?.manifest,
            drift: snapshot.drift
        )
    }
}
