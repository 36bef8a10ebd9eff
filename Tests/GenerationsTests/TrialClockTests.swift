import GenerationModel
import Glibc
import Nftables
import RulesetModel
import TableDiff
import TestSupport
import Testing

@testable import Generations

/// When a trial is over: by the clock that nobody can set, by what was noted of its lease, and with
/// the boot in which it began.
@Suite(.networkNamespace) struct TrialClockTests {
    let fixture: ApplierFixture

    init() throws {
        fixture = try ApplierFixture()
        try fixture.apply(Sample.first)
    }

    private func tryOut(seconds: Int = 60, by guardian: Trial.Guardian = .kernel) throws {
        let terms = Trial.Terms(seconds: seconds, guardian: guardian, command: "a test")
        _ = try fixture.change {
            try $0.tryOut(.apply(Sample.second), for: Sample.request, terms: terms)
        }
    }

    private func confirm() throws -> Change { try fixture.change { try $0.confirm() } }
    private func cancel() throws -> Change { try fixture.change { try $0.cancel() } }

    private func pending() throws -> PendingTrial {
        try #require(try fixture.managed.listed().trial?.pending)
    }

    private func expectRefused(
        sourceLocation: SourceLocation = #_sourceLocation,
        _ isRight: (ApplyError) -> Bool
    ) throws {
        let error = #expect(throws: ApplyError.self, sourceLocation: sourceLocation) {
            _ = try confirm()
        }
        #expect(error.map(isRight) == true, "\(error as Any)", sourceLocation: sourceLocation)
        try fixture.expectLive(1, Sample.first, sourceLocation: sourceLocation)
        #expect(try fixture.table()?.lease == nil, sourceLocation: sourceLocation)
    }

    // MARK: - Clocks

    @Test(arguments: [-86_400, 86_400], [Trial.Guardian.kernel, .process])
    func `setting the clock on the wall changes nothing`(
        shift: Int,
        guardian: Trial.Guardian
    ) throws {
        try tryOut(by: guardian)
        let deadline = try pending().deadline
        fixture.wallShift = shift
        let trial = try pending()
        #expect(trial.deadline == deadline)
        #expect((58...60).contains(trial.secondsLeft))
        #expect(!trial.isDrifted)
        #expect(try fixture.managed.progress(ofTrial: 2) == .goesOn(secondsLeft: trial.secondsLeft))
        #expect(try confirm().summary == "confirmed 2 from 1")
        try fixture.expectLive(2, Sample.second)
    }

    @Test(arguments: [0, -86_400], [Trial.Guardian.kernel, .process])
    func `a trial that lives when its time is over is overdue`(
        shift: Int,
        guardian: Trial.Guardian
    ) throws {
        try tryOut(by: guardian)
        let deadline = try pending().deadline
        fixture.wallShift = shift
        fixture.monotonicShift = 62_000
        let snapshot = try fixture.managed.listed()
        #expect(snapshot.trial?.pending == nil)
        #expect(snapshot.overdueTrial?.reason == .time)
        #expect(try fixture.managed.progress(ofTrial: 2) == .over)
        try expectRefused { $0 == .trialOver(generation: 2, at: deadline, current: 1) }
        #expect(try fixture.history() == "1 current, 2 reverted")
    }

    @Test func `a time that was never noted can't be renewed without end`() throws {
        try tryOut()
        let head = try fixture.store.head()
        // The lease is as long as what was about to be given, whoever gave it, but not for ever.
        for shift in [0, 299_000] {
            var noted = head
            noted.trial?.give(seconds: 60, at: .system())
            try fixture.store.write(noted)
            fixture.monotonicShift = shift
            #expect(!(try pending().isDrifted), "\(shift)")
        }
        fixture.monotonicShift = 302_000
        #expect(try fixture.managed.listed().overdueTrial?.reason == .time)
    }

    @Test func `an extension that the kernel never took is none`() throws {
        try tryOut()
        let deadline = try pending().deadline
        usleep(1_200_000)
        fixture.kernel.commit = .failsBefore(.system(call: "sendmsg", errno: ENOBUFS))
        #expect(throws: ApplyError.self) { try fixture.change { try $0.extend(to: 60) } }
        fixture.kernel.commit = nil
        #expect(try pending().deadline <= deadline + 1)
        // If only the answer was lost, it is one.
        fixture.kernel.commit = .failsAfter(.system(call: "recvmsg", errno: ENOBUFS))
        #expect(try fixture.change { try $0.extend(to: 60) }.summary == "extended 2")
        fixture.kernel.commit = nil
        #expect(try pending().deadline > deadline)
    }

    @Test func `a record of an earlier version has only the clock on the wall`() throws {
        try tryOut(by: .process)
        var head = try fixture.store.head()
        head.trial?.monotonicDeadline = nil
        try fixture.store.write(head)
        #expect((58...60).contains(try pending().secondsLeft))
        fixture.wallShift = 61
        #expect(try fixture.managed.listed().overdueTrial?.reason == .time)
        try expectRefused { if case .trialOver = $0 { true } else { false } }
    }

    @Test func `an extension sets both clocks`() throws {
        try tryOut(by: .process)
        _ = try fixture.change { try $0.extend(to: 7200) }
        fixture.monotonicShift = 7_100_000
        #expect((98...100).contains(try pending().secondsLeft))
        fixture.monotonicShift = 7_201_000
        #expect(try fixture.managed.listed().overdueTrial?.reason == .time)
    }

    // MARK: - The lease

    @Test(arguments: [
        "ipv4 timeout 10d, ipv6 timeout 10d", "ipv4 timeout 60s, ipv6 timeout 10d",
    ])
    func `more time for a lease is drift at once`(elements: String) throws {
        try tryOut()
        let deadline = try pending().deadline
        try fixture.nft(
            """
            delete element inet redirctl lease { ipv4, ipv6 }
            add element inet redirctl lease { \(elements) }
            """
        )
        let trial = try pending()
        #expect(trial.isDrifted)
        #expect(trial.drift == nil)
        guard case .at(let end)? = trial.lateEnd else {
            Issue.record("\(trial.lateEnd as Any)")
            return
        }
        #expect((863_938...863_942).contains(end - deadline))
        #expect(trial.secondsLeft <= 60)
        #expect(trial.deadline == deadline)
        #expect(try cancel().summary == "cancelled 2, 1 decides")
        try fixture.expectLive(1, Sample.first)
    }

    @Test func `the same time once more is drift as well`() throws {
        try tryOut(seconds: 3)
        usleep(1_500_000)
        try fixture.nft(
            """
            delete element inet redirctl lease { ipv4 }
            add element inet redirctl lease { ipv4 timeout 3s }
            """
        )
        #expect(try pending().lateEnd != nil)
    }

    @Test func `a lease without an end is drift at once, and can be confirmed in time only`() throws
    {
        for isLate in [false, true] {
            try tryOut()
            try fixture.nft(
                """
                delete element inet redirctl lease { ipv4, ipv6 }
                add element inet redirctl lease { ipv4 timeout 0s, ipv6 timeout 0s }
                """
            )
            let trial = try pending()
            #expect(trial.lateEnd == .never)
            #expect((58...60).contains(trial.secondsLeft))
            guard isLate else {
                #expect(try cancel().summary == "cancelled 2, 1 decides")
                continue
            }
            fixture.monotonicShift = 60_100
            #expect(try fixture.managed.listed().overdueTrial?.reason == .time)
            try expectRefused { if case .trialOver = $0 { true } else { false } }
        }
    }

    @Test func `less time is no drift`() throws {
        try tryOut()
        try fixture.nft(
            """
            delete element inet redirctl lease { ipv4, ipv6 }
            add element inet redirctl lease { ipv4 timeout 20s, ipv6 timeout 20s }
            """
        )
        let trial = try pending()
        #expect(!trial.isDrifted)
        #expect((18...20).contains(trial.secondsLeft))
    }

    @Test func `a lease that ends for one family is over, and still decides for the other`() throws
    {
        try tryOut()
        try fixture.nft("delete element inet redirctl lease { ipv4 }")
        let overdue = try fixture.managed.listed().overdueTrial
        #expect(overdue?.reason == .halfEnded(stillDecidesFor: ["ipv6"]))
        try expectRefused { if case .trialOver = $0 { true } else { false } }
    }

    // MARK: - Commands that were killed

    @Test func `a trial that was not noted may take until its lease ends`() throws {
        let before = try fixture.store.head()
        try tryOut()
        var head = before
        head.intent = 2
        head.trial = try fixture.store.head().trial
        head.trial?.isNoted = false
        head.trial?.give(seconds: 60, at: .system())
        // A transaction that took ten seconds.
        head.trial?.deadline -= 10
        head.trial?.monotonicDeadline? -= 10_000
        try fixture.store.write(head)
        #expect(!(try pending().isDrifted))
        fixture.monotonicShift = 55_000
        #expect(!(try pending().isDrifted))
        fixture.monotonicShift = 0
        #expect(throws: ApplyError.self) { try fixture.restore() }
        let noted = try #require(try fixture.store.head().trial)
        #expect(noted.isNoted && noted.grant == nil)
        let left = noted.millisecondsLeft(at: .system())
        #expect((57_000...60_500).contains(left))
        #expect((57...61).contains(noted.deadline - time(nil)))
    }

    @Test(arguments: [false, true])
    func `killed in the midst of an extension`(isInKernel: Bool) throws {
        try tryOut()
        var head = try fixture.store.head()
        head.trial?.give(seconds: 7200, at: .system())
        if isInKernel { _ = try fixture.change { try $0.extend(to: 7200) } }
        try fixture.store.write(head)
        #expect(!(try pending().isDrifted))
        #expect(throws: ApplyError.self) { try fixture.restore() }
        let noted = try #require(try fixture.store.head().trial)
        #expect(noted.grant == nil)
        let left = noted.millisecondsLeft(at: .system())
        #expect((isInKernel ? 7_190_000...7_200_500 : 50_000...60_500).contains(left))
        #expect(!(try pending().isDrifted))
        #expect(try cancel().summary == "cancelled 2, 1 decides")
    }

    @Test(arguments: [Int.max, Int.min])
    func `a damaged record ends no program`(number: Int) throws {
        try tryOut()
        let good = try fixture.store.head()
        for grant in [nil, number] {
            for isNoted in [true, false] {
                var head = good
                // A time beyond these is damage already.
                let times = StoredTime.range
                head.trial?.deadline = number > 0 ? times.upperBound : times.lowerBound
                head.trial?.monotonicDeadline = number
                head.trial?.grant = grant
                head.trial?.latestEnd = grant
                head.trial?.isNoted = isNoted
                try fixture.store.write(head)
                #expect(try fixture.managed.listed().trial != nil)
                _ = try fixture.managed.progress(ofTrial: 2)
                head.trial?.monotonicDeadline = nil
                try fixture.store.write(head)
                #expect(try fixture.managed.listed().trial != nil)
            }
        }
    }

    // MARK: - Restarts

    @Test(arguments: [Trial.Guardian.kernel, .process], [false, true])
    func `a trial whose rules were loaded again after a restart is over`(
        guardian: Trial.Guardian,
        isMachine: Bool
    ) throws {
        for command in ["confirm", "extend", "cancel", "restore", "apply"] {
            try tryOut(seconds: 3600, by: guardian)
            let number = try #require(try fixture.store.head().trial?.generation)
            let saved = try LabCommand.run(["nft", "list", "ruleset"])
            try fixture.nft("flush ruleset")
            let restart: Restart = isMachine ? .machine : .namespace
            if isMachine { fixture.boot += " and another" } else { fixture.namespace += 1 }
            #expect(try fixture.managed.listed().overdueTrial == nil)
            try fixture.nft(saved)
            let snapshot = try fixture.managed.listed()
            #expect(snapshot.trial?.pending == nil)
            #expect(snapshot.overdueTrial?.reason == .restart(restart))
            #expect(snapshot.drift == Drift.none)
            let ended = ApplyError.trialEndedByRestart(
                generation: number,
                restart,
                current: 1
            )
            switch command {
            case "confirm": #expect(throws: ended) { try confirm() }
            case "extend":
                #expect(throws: ended) { try fixture.change { try $0.extend(to: 60) } }
            case "cancel": #expect(try cancel().summary == "cancelled \(number), 1 decides")
            case "restore": #expect(try fixture.restore().summary == "nothing 1, 2 redirects")
            default: #expect(try fixture.apply(Sample.first).summary == "nothing 1, 2 redirects")
            }
            try fixture.expectLive(1, Sample.first)
            #expect(try fixture.table()?.lease == nil)
            #expect(
                try fixture.store.head().outcomes[number].map { "\($0)".prefix(8) } == "reverted"
            )
        }
    }

    @Test(arguments: [Trial.Guardian.kernel, .process])
    func `a restart that took the table along keeps nothing from being restored`(
        guardian: Trial.Guardian
    ) throws {
        try tryOut(seconds: 3600, by: guardian)
        try fixture.nft("flush ruleset")
        fixture.boot = "second boot"
        #expect(try fixture.managed.listed().overdueTrial == nil)
        #expect(try fixture.restore().summary == "restored 1")
        try fixture.expectLive(1, Sample.first)
    }

    // MARK: - Tables that differ

    @Test func `a cancel says whether the kernel has the current generation`() throws {
        try tryOut()
        try fixture.nft("flush chain inet redirctl prerouting; flush chain inet redirctl output")
        try fixture.nft("add rule inet redirctl output meta nfproto @lease goto trial_output")
        #expect(try cancel().summary == "cancelled 2, 1 decides, drifted")
    }

    @Test func `how a trial in a dormant table stands can't be told`() throws {
        try tryOut()
        try fixture.nft("add table inet redirctl { flags dormant; }")
        let unknown = ApplyError.trialUnknown(generation: 2, table: "redirctl")
        #expect(throws: unknown) { try confirm() }
        #expect(throws: unknown) { try cancel() }
        #expect(throws: unknown) { try fixture.change { try $0.extend(to: 60) } }
        #expect(try fixture.restore().summary == "restored 1")
        try fixture.expectLive(1, Sample.first)
    }
}
