import Addressing
import GenerationModel
import Glibc
import Nftables
import RulesetModel
import TableDiff
import TestSupport
import Testing

@testable import Generations

/// Candidates on trial, with the real kernel and real connections.
@Suite(.networkNamespace) struct TrialTests {
    let fixture: ApplierFixture
    let server: EchoServer

    init() throws {
        fixture = try ApplierFixture()
        server = try Lab().machine.serve(ports: [5353, 8080, 9090, 2525])
    }

    func ask(_ port: Int) throws -> LabReply { try Lab().machine.ask(.tcp, "127.0.0.1:\(port)") }

    func expectDecider(
        _ ruleset: Ruleset,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let target: LabReply =
            ruleset == Sample.second ? .reached("127.0.0.1:9090") : .reached("127.0.0.1:8080")
        #expect(try ask(80) == target, sourceLocation: sourceLocation)
    }

    @discardableResult
    func tryOut(_ ruleset: Ruleset, seconds: Int = 60, by guardian: Trial.Guardian = .kernel) throws
        -> Change
    {
        let terms = Trial.Terms(seconds: seconds, guardian: guardian, command: "a test")
        return try fixture.change {
            try $0.tryOut(.apply(ruleset), for: Sample.request, terms: terms)
        }
    }

    func confirm(_ number: Int? = nil) throws -> Change {
        try fixture.change { try $0.confirm(number) }
    }
    func cancel(_ number: Int? = nil) throws -> Change {
        try fixture.change { try $0.cancel(number) }
    }

    /// Waits until no connection is decided by a trial any more.
    func awaitEnd() throws {
        for _ in 0..<1000 {
            if try NftKernel().lease(of: "redirctl")?.isLive != true { return }
            usleep(10_000)
        }
        Issue.record("it goes on for ever")
    }

    // MARK: - The way of a trial

    @Test func `a trial decides, a confirmation keeps it and what was counted`() throws {
        try fixture.apply(Sample.first)
        _ = try ask(53)
        _ = try ask(53)
        #expect(try tryOut(Sample.second).summary == "on trial 2 from 1")
        try expectDecider(Sample.second)
        #expect(try ask(53) == .reached("127.0.0.1:5353"))
        #expect(try fixture.packets("rc_dns") == 2)
        #expect(try fixture.packets("trial_rc_dns") == 1)
        #expect(try fixture.history() == "1 current, 2 on trial")
        let snapshot = try fixture.managed.listed()
        #expect(snapshot.reconciliation == .inStep)
        #expect(snapshot.drift == Drift.none)
        #expect(snapshot.trial?.pending?.drift == nil)
        #expect((1...60).contains(snapshot.trial?.pending?.secondsLeft ?? 0))
        #expect(try confirm().summary == "confirmed 2 from 1")
        try fixture.expectLive(2, Sample.second)
        try expectDecider(Sample.second)
        #expect(try fixture.packets("rc_dns") == 2)
        #expect(try fixture.table()?.lease == nil)
        #expect(try fixture.history() == "1 replaced, 2 current")
    }

    @Test func `when its time is over, the confirmed rules decide with nobody there`() throws {
        try fixture.apply(Sample.first)
        let before = try fixture.table()
        try tryOut(Sample.second, seconds: 1)
        try expectDecider(Sample.second)
        try awaitEnd()
        try expectDecider(Sample.first)
        #expect(try fixture.history() == "1 current, 2 reverted")
        // Nobody has tidied up yet, and that is no drift.
        #expect(try fixture.managed.listed().drift == Drift.none)
        #expect(try fixture.cached() == nil)
        #expect(try fixture.restore().summary == "nothing 1, 2 redirects")
        try fixture.expectLive(1, Sample.first)
        #expect(try fixture.table()?.chains.map(\.handle) == before?.chains.map(\.handle))
        #expect(try fixture.table()?.lease == nil)
        #expect(try fixture.history() == "1 current, 2 reverted")
        #expect(try fixture.apply(Sample.second).summary == "applied 3 from 1")
        try fixture.expectLive(3, Sample.second)
    }

    @Test func `a confirmation that comes too late is refused, and tidies up`() throws {
        try fixture.apply(Sample.first)
        try tryOut(Sample.second, seconds: 1)
        try awaitEnd()
        #expect {
            _ = try confirm()
        } throws: { error in
            guard case .trialOver(2, _, current: 1)? = error as? ApplyError else { return false }
            return true
        }
        try fixture.expectLive(1, Sample.first)
        #expect(throws: ApplyError.self) { try confirm() }
    }

    @Test func `the kernel refuses a confirmation whose trial ends before it comes`() throws {
        try fixture.apply(Sample.first)
        try tryOut(Sample.second)
        // After the look of the command, and before its transaction.
        let fixture = fixture
        var isDone = false
        fixture.kernel.whenLookedAt = {
            guard !isDone else { return }
            isDone = true
            try fixture.nft("delete element inet redirctl lease { ipv4, ipv6 }")
        }
        #expect {
            _ = try confirm()
        } throws: { error in
            guard case .trialOver(2, _, current: 1)? = error as? ApplyError else { return false }
            return true
        }
        #expect(isDone)
        try fixture.expectLive(1, Sample.first)
        #expect(try fixture.history() == "1 current, 2 reverted")
    }

    @Test func `a cancel ends it`() throws {
        try fixture.apply(Sample.first)
        let before = try fixture.table()
        try tryOut(Sample.second)
        #expect(try cancel().summary == "cancelled 2, 1 decides")
        try fixture.expectLive(1, Sample.first)
        try expectDecider(Sample.first)
        #expect(try fixture.table()?.chains == before?.chains)
        #expect(try fixture.history() == "1 current, 2 cancelled")
        #expect(throws: ApplyError.noTrial(last: 2, .cancelled)) { try cancel() }
    }

    @Test func `it can be given more time, and less`() throws {
        try fixture.apply(Sample.first)
        try tryOut(Sample.second, seconds: 3600)
        let deadline = try fixture.store.head().trial?.deadline ?? 0
        #expect(try fixture.change { try $0.extend(to: 7200) }.summary == "extended 2")
        #expect(try fixture.store.head().trial?.deadline ?? 0 > deadline)
        let lease = try NftKernel().lease(of: "redirctl")
        #expect((3_700_000...7_200_000).contains(lease?.expires ?? 0))
        #expect(try fixture.change { try $0.extend(to: 1) }.summary == "extended 2")
        try awaitEnd()
        try expectDecider(Sample.first)
        #expect(throws: ApplyError.self) { try fixture.change { try $0.extend(to: 5) } }
        try fixture.expectLive(1, Sample.first)
    }

    @Test func `nothing else changes meanwhile`() throws {
        try fixture.apply(Sample.first)
        try tryOut(Sample.second)
        let before = try fixture.table()?.chains
        for change in [
            { try fixture.apply(Sample.third) }, { try fixture.apply(Sample.first) },
            { try fixture.rollBack(to: 1) }, { try fixture.remove() }, { try fixture.restore() },
            { try tryOut(Sample.third) },
        ] {
            #expect {
                _ = try change()
            } throws: { error in
                guard case .trialPending(let trial, "redirctl", _)? = error as? ApplyError else {
                    return false
                }
                return trial.generation == 2 && trial.user == "tester"
            }
        }
        #expect(throws: ApplyError.otherTrial(2, meant: 7)) { try confirm(7) }
        #expect(throws: ApplyError.otherTrial(2, meant: 7)) { try cancel(7) }
        #expect(try fixture.table()?.chains == before)
        #expect(try fixture.store.numbers() == [1, 2])
        #expect(try confirm(2).summary == "confirmed 2 from 1")
        try fixture.expectLive(2, Sample.second)
    }

    // MARK: - With nothing confirmed

    @Test(arguments: [false, true])
    func `the very first generation can be on trial`(isAfterRemoval: Bool) throws {
        if isAfterRemoval {
            try fixture.apply(Sample.first)
            try fixture.remove()
        }
        let (parent, number) = isAfterRemoval ? (2, 3) : (0, 1)
        #expect(
            try tryOut(Sample.second, seconds: 1).summary == "on trial \(number) from \(parent)"
        )
        try expectDecider(Sample.second)
        try awaitEnd()
        #expect(try ask(80) == .refused)
        #expect(throws: ApplyError.self) { try confirm() }
        #expect(try fixture.table() == nil)
        #expect(try tryOut(Sample.second).summary == "on trial \(number + 1) from \(parent)")
        #expect(try cancel().summary == "cancelled \(number + 1), \(parent) decides")
        #expect(try fixture.table() == nil)
        #expect(try tryOut(Sample.second).summary == "on trial \(number + 2) from \(parent)")
        #expect(try confirm().summary == "confirmed \(number + 2) from \(parent)")
        try fixture.expectLive(number + 2, Sample.second)
        try expectDecider(Sample.second)
    }

    // MARK: - What can't be tried out

    @Test func `another priority can't be tried out, and nothing is done`() throws {
        try fixture.apply(Sample.first)
        var moved = Sample.second
        for index in moved.chains.indices { moved.chains[index].head.priority = -110 }
        #expect(throws: ApplyError.chainMoves(.prerouting, from: -105, to: -110)) {
            try tryOut(moved)
        }
        try fixture.expectLive(1, Sample.first)
        #expect(try fixture.store.numbers() == [1])
    }

    @Test func `what is current needs no trial`() throws {
        try fixture.apply(Sample.first)
        #expect(try tryOut(Sample.first).summary == "nothing 1, 2 redirects")
        try fixture.nft("flush chain inet redirctl output")
        #expect(throws: ApplyError.nothingToTry(generation: 1, table: "redirctl")) {
            try tryOut(Sample.first)
        }
    }

    @Test func `a refused candidate leaves all as it was`() throws {
        try fixture.apply(Sample.first)
        #expect(throws: ApplyError.self) { try tryOut(Sample.refused) }
        try fixture.expectLive(1, Sample.first)
        #expect(try fixture.history() == "1 current, 2 refused")
        #expect(try fixture.store.head().trial == nil)
    }

    @Test func `a rollback can be on trial, but not to a removal`() throws {
        try fixture.apply(Sample.first)
        try fixture.apply(Sample.second)
        let terms = Trial.Terms(seconds: 60, command: "a test")
        func rollBack(to number: Int?) throws -> Change {
            try fixture.change {
                try $0.tryOut(.rollBack(to: number), for: Sample.request, terms: terms)
            }
        }
        #expect(try rollBack(to: nil).summary == "on trial 3 from 2")
        try expectDecider(Sample.first)
        #expect(try confirm().summary == "confirmed 3 from 2")
        try fixture.expectLive(3, Sample.first)
        #expect(try fixture.store.manifest(of: 3).restores == 1)
        try fixture.remove()
        try fixture.apply(Sample.second)
        #expect(throws: ApplyError.removalOnTrial(generation: 4, table: "redirctl")) {
            try rollBack(to: 4)
        }
    }

    // MARK: - Drift

    @Test func `what drifted is mended with the trial, so that its end leads where it should`()
        throws
    {
        try fixture.apply(Sample.first)
        try fixture.nft("insert rule inet redirctl output tcp dport 80 redirect to :2525")
        try tryOut(Sample.second)
        try expectDecider(Sample.second)
        #expect(try cancel().summary == "cancelled 2, 1 decides")
        try fixture.expectLive(1, Sample.first)
        try expectDecider(Sample.first)
    }

    @Test(arguments: [
        "insert rule inet redirctl trial_output tcp dport 22 redirect to :2222",
        "flush chain inet redirctl trial_output",
        "insert rule inet redirctl output tcp dport 22 redirect to :2222",
        "add chain inet redirctl trial_theirs; add rule inet redirctl output jump trial_theirs",
        "add set inet redirctl trial_s { type ipv4_addr; }",
    ])
    func `what somebody does meanwhile is seen, and goes with the trial's end`(
        script: String
    ) throws {
        for isConfirmed in [true, false] {
            try fixture.apply(Sample.first)
            let number = try fixture.store.head().current ?? 0
            try tryOut(Sample.second)
            try fixture.nft(script)
            let snapshot = try fixture.managed.listed()
            let isSeen = snapshot.drift != Drift.none || snapshot.trial?.pending?.drift != nil
            #expect(isSeen)
            _ = isConfirmed ? try confirm() : try cancel()
            _ = try fixture.restore()
            let (left, ruleset) = isConfirmed ? (number + 1, Sample.second) : (number, Sample.first)
            try fixture.expectLive(left, ruleset)
        }
    }

    @Test func `a way to the trial that somebody removed leaves nothing behind`() throws {
        try tryOut(Sample.second)
        try fixture.nft("flush chain inet redirctl output")
        #expect(try fixture.managed.listed().trial?.pending?.drift != nil)
        #expect(try cancel().summary == "cancelled 1, 0 decides")
        #expect(try fixture.table() == nil)
        try fixture.apply(Sample.first)
        var candidate = Sample.second
        let head = BaseChain.Head(hook: .postrouting, priority: 95)
        candidate.chains.append(BaseChain(head: head))
        try tryOut(candidate)
        try fixture.nft("flush chain inet redirctl postrouting")
        #expect(try fixture.managed.listed().trial?.pending?.drift != nil)
        #expect(try cancel().summary == "cancelled 3, 2 decides")
        try fixture.expectLive(2, Sample.first)
    }

    @Test(arguments: ["flush ruleset", "delete table inet redirctl"])
    func `a table that goes takes its trial along`(script: String) throws {
        try fixture.apply(Sample.first)
        try tryOut(Sample.second)
        try fixture.nft(script)
        #expect(try fixture.history() == "1 current, 2 reverted")
        #expect(throws: ApplyError.self) { try confirm() }
        #expect(try fixture.restore().summary == "restored 1")
        try fixture.expectLive(1, Sample.first)
    }

    @Test func `a machine that starts anew starts with the confirmed generation`() throws {
        try fixture.apply(Sample.first)
        try tryOut(Sample.second)
        try fixture.nft("flush ruleset")
        fixture.boot = "second boot"
        #expect(
            try fixture.managed.listed().restart == nil
                || fixture.managed.listed().restart == .machine
        )
        #expect(try fixture.restore().summary == "restored 1")
        try fixture.expectLive(1, Sample.first)
        #expect(try fixture.history() == "1 current, 2 reverted")
    }

    // MARK: - Without a lease of the kernel's

    @Test func `where something else ends a trial, it has no end by itself`() throws {
        try fixture.apply(Sample.first)
        try tryOut(Sample.second, seconds: 3600, by: .process)
        let lease = try #require(try NftKernel().lease(of: "redirctl"))
        #expect(!lease.isTimed && lease.isLive && lease.expires == nil)
        try expectDecider(Sample.second)
        #expect(try fixture.change { try $0.extend(to: 7200) }.summary == "extended 2")
        #expect(
            (7100...7200).contains(try fixture.managed.listed().trial?.pending?.secondsLeft ?? 0)
        )
        // When its time is over, whoever comes first takes it away.
        fixture.monotonicShift = 7200 * 1000
        #expect(throws: ApplyError.self) { try confirm() }
        try fixture.expectLive(1, Sample.first)
        try expectDecider(Sample.first)
        #expect(try fixture.history() == "1 current, 2 reverted")
    }
}
