import Addressing
import GenerationModel
import Glibc
import Nftables
import RulesetModel
import Synchronization
import TableDiff
import TestSupport
import Testing

@testable import Generations

/// Commands about trials that ended between two of their steps.
///
/// What each instant leaves behind is made by putting the head back to what it was then.
@Suite(.networkNamespace) struct TrialRepairTests {
    let fixture: ApplierFixture

    init() throws {
        fixture = try ApplierFixture()
        try fixture.apply(Sample.first)
    }

    @discardableResult
    func tryOut(seconds: Int = 60) throws -> Change {
        let terms = Trial.Terms(seconds: seconds, command: "a test")
        return try fixture.change {
            try $0.tryOut(.apply(Sample.second), for: Sample.request, terms: terms)
        }
    }

    /// The head as it was when the trial was about to start, with what was noted of it.
    func headBefore(isInKernel: Bool) throws -> Head {
        let before = try fixture.store.head()
        try tryOut()
        var head = before
        head.trial = try fixture.store.head().trial
        head.trial?.isNoted = false
        head.intent = 2
        if !isInKernel { _ = try fixture.change { try $0.cancel() } }
        try fixture.store.write(head)
        return head
    }

    @Test func `killed before the kernel had the trial: it never was`() throws {
        _ = try headBefore(isInKernel: false)
        #expect(try fixture.history() == "1 current, 2 abandoned")
        #expect(try fixture.managed.listed().reconciliation == .inStep)
        #expect(try fixture.restore().summary == "nothing 1, 2 redirects")
        try fixture.expectLive(1, Sample.first)
        #expect(try fixture.store.head().trial == nil)
        #expect(try fixture.history() == "1 current, 2 abandoned")
    }

    @Test(arguments: [false, true])
    func `killed when the kernel had the trial: it goes on`(isConfirmed: Bool) throws {
        _ = try headBefore(isInKernel: true)
        #expect(try fixture.history() == "1 current, 2 on trial")
        #expect(try fixture.managed.listed().drift == Drift.none)
        #expect(throws: ApplyError.self) { try fixture.apply(Sample.third) }
        #expect(try fixture.store.head().intent == nil)
        if isConfirmed {
            #expect(try fixture.change { try $0.confirm() }.summary == "confirmed 2 from 1")
            try fixture.expectLive(2, Sample.second)
        } else {
            #expect(try fixture.change { try $0.cancel() }.summary == "cancelled 2, 1 decides")
            try fixture.expectLive(1, Sample.first)
        }
    }

    @Test func `killed when the kernel had the trial, found when it is over: reverted`() throws {
        _ = try headBefore(isInKernel: true)
        try fixture.nft("delete element inet redirctl lease { ipv4, ipv6 }")
        #expect(try fixture.history() == "1 current, 2 reverted")
        #expect(try fixture.apply(Sample.third).summary == "applied 3 from 1")
        try fixture.expectLive(3, Sample.third)
        #expect(try fixture.history() == "1 replaced, 2 reverted, 3 current")
    }

    @Test func `an end that can't be recorded is told by the command that records it`() throws {
        _ = try headBefore(isInKernel: true)
        try fixture.nft("delete element inet redirctl lease { ipv4, ipv6 }")
        let obstacle = "\(fixture.store.directory)/head.json.new"
        #expect(mkdir(obstacle, 0o700) == 0)
        for _ in 0..<2 { _ = try fixture.restore() }
        #expect(fixture.ends.outcomes.withLock { $0.isEmpty })
        #expect(rmdir(obstacle) == 0)
        for _ in 0..<2 { _ = try fixture.restore() }
        #expect(fixture.ends.outcomes.withLock { $0.count } == 1)
    }

    @Test(arguments: [false, true])
    func `killed in the midst of a confirmation`(isInKernel: Bool) throws {
        try tryOut()
        var head = try fixture.store.head()
        head.intent = 2
        if isInKernel { _ = try fixture.change { try $0.confirm() } }
        try fixture.store.write(head)
        #expect(
            try fixture.history()
                == (isInKernel ? "1 replaced, 2 current" : "1 current, 2 on trial")
        )
        if isInKernel {
            #expect(try fixture.managed.listed().reconciliation == .intentHappened(2))
            #expect(try fixture.restore().summary == "nothing 2, 2 redirects")
        } else {
            #expect(try fixture.change { try $0.confirm() }.summary == "confirmed 2 from 1")
        }
        try fixture.expectLive(2, Sample.second)
        #expect(try fixture.store.head().trial == nil)
    }

    @Test func `killed in the midst of a confirmation, found when the trial is over`() throws {
        try tryOut()
        var head = try fixture.store.head()
        head.intent = 2
        try fixture.store.write(head)
        try fixture.nft("delete element inet redirctl lease { ipv4, ipv6 }")
        #expect(throws: ApplyError.self) { try fixture.change { try $0.confirm() } }
        try fixture.expectLive(1, Sample.first)
        #expect(try fixture.history() == "1 current, 2 reverted")
    }

    @Test(arguments: [false, true])
    func `killed in the midst of a cancellation`(isInKernel: Bool) throws {
        try tryOut()
        var head = try fixture.store.head()
        head.trial?.ending = .cancelled
        if isInKernel { _ = try fixture.change { try $0.cancel() } }
        try fixture.store.write(head)
        if isInKernel {
            #expect(try fixture.history() == "1 current, 2 cancelled")
            #expect(try fixture.restore().summary == "nothing 1, 2 redirects")
        } else {
            #expect(try fixture.history() == "1 current, 2 on trial")
            #expect(try fixture.change { try $0.cancel() }.summary == "cancelled 2, 1 decides")
        }
        try fixture.expectLive(1, Sample.first)
        #expect(try fixture.history() == "1 current, 2 cancelled")
    }

    @Test func `killed after what was left of a trial was taken away`() throws {
        try tryOut(seconds: 1)
        let head = try fixture.store.head()
        _ = try fixture.change { try $0.cancel() }
        try fixture.store.write(head)
        #expect(try fixture.history() == "1 current, 2 reverted")
        #expect(try fixture.apply(Sample.second).summary == "applied 3 from 1")
        try fixture.expectLive(3, Sample.second)
    }

    // MARK: - Lost answers

    @Test(arguments: ["start", "confirm", "cancel", "extend"])
    func `an answer of the kernel's that is lost changes nothing`(step: String) throws {
        let lost = KernelError.libraryDied(status: "killed", output: "")
        if step != "start" { try tryOut() }
        fixture.kernel.commit = .failsAfter(lost)
        switch step {
        case "start": #expect(try tryOut().summary == "on trial 2 from 1")
        case "confirm":
            #expect(try fixture.change { try $0.confirm() }.summary == "confirmed 2 from 1")
        case "cancel":
            #expect(try fixture.change { try $0.cancel() }.summary == "cancelled 2, 1 decides")
        default: #expect(try fixture.change { try $0.extend(to: 7200) }.summary == "extended 2")
        }
        fixture.kernel.commit = nil
        switch step {
        case "confirm": try fixture.expectLive(2, Sample.second)
        case "cancel": try fixture.expectLive(1, Sample.first)
        default: #expect(try fixture.history() == "1 current, 2 on trial")
        }
    }

    @Test(arguments: ["start", "confirm", "cancel", "extend"])
    func `a kernel that refuses leaves all as it was`(step: String) throws {
        let refused = KernelError.refused([])
        if step != "start" { try tryOut() }
        fixture.kernel.commit = .failsBefore(refused)
        #expect(throws: ApplyError.self) {
            switch step {
            case "start": try tryOut()
            case "confirm": _ = try fixture.change { try $0.confirm() }
            case "cancel": _ = try fixture.change { try $0.cancel() }
            default: _ = try fixture.change { try $0.extend(to: 7200) }
            }
        }
        fixture.kernel.commit = nil
        #expect(
            try fixture.history()
                == (step == "start" ? "1 current, 2 refused" : "1 current, 2 on trial")
        )
        if step == "start" {
            try fixture.expectLive(1, Sample.first)
        } else {
            #expect(try fixture.change { try $0.confirm() }.summary == "confirmed 2 from 1")
            try fixture.expectLive(2, Sample.second)
        }
    }
}
