import GenerationModel
import Glibc
import Nftables
import RulesetModel
import TableDiff
import TestSupport
import Testing

@testable import Generations

/// Every way in which a change can fail: the store is right afterwards, and the next run converges.
@Suite(.networkNamespace) struct ApplierFaultTests {
    let fixture: ApplierFixture

    init() throws { fixture = try ApplierFixture() }

    private static let died = KernelError.libraryDied(status: "killed", output: "")
    private static let failures: [KernelError] = [
        died, .notPermitted, .refused([]), .system(call: "fork", errno: EAGAIN),
    ]

    // MARK: - The kernel refuses

    @Test func `the kernel refuses the later half, and keeps the old table whole`() throws {
        try fixture.apply(Sample.first)
        let before = try fixture.table()
        let error = #expect(throws: ApplyError.self) { try fixture.apply(Sample.refused) }
        guard case .refused(2, .refused(let complaints), RefusalCause(redirects: ["bad"]))? = error
        else {
            Issue.record("\(error.map(String.init(describing:)) ?? "nothing")")
            return
        }
        #expect(complaints.allSatisfy { $0.text.contains("No such file or directory") })
        #expect(try fixture.table() == before)
        try fixture.expectLive(1, Sample.first)
        #expect(try fixture.history() == "1 current, 2 refused")
        // The number is not used again, and it is not what a rollback takes for the one before.
        #expect(try fixture.apply(Sample.second).summary == "applied 3 from 1")
        #expect(try fixture.rollBack().summary == "applied 4 from 3")
        try fixture.expectLive(4, Sample.first)
    }

    @Test func `what the kernel lacks is named, if the refused commands need it`() throws {
        fixture.kernel.lacks = [.counters, .redirect, .masquerade]
        let error = #expect(throws: ApplyError.self) { try fixture.apply(Sample.refused) }
        guard case .refused(1, _, let cause)? = error else {
            Issue.record("\(error.map(String.init(describing:)) ?? "nothing")")
            return
        }
        #expect(cause == RefusalCause(redirects: ["bad"], missing: [.counters, .redirect]))
    }

    @Test func `the first apply of all is refused`() throws {
        #expect(throws: ApplyError.self) { try fixture.apply(Sample.refused) }
        #expect(try fixture.table() == nil)
        #expect(try fixture.managed.listed().reconciliation == .unused)
        #expect(throws: fixture.managed.noGeneration()) { try fixture.rollBack() }
        #expect(try fixture.apply(Sample.first).summary == "applied 2 from 0")
        try fixture.expectLive(2, Sample.first)
    }

    @Test func `a policy refused again and again pushes nothing out of the history`() throws {
        try fixture.apply(Sample.first)
        try fixture.apply(Sample.second)
        for _ in 0..<15 { #expect(throws: ApplyError.self) { try fixture.apply(Sample.refused) } }
        #expect(try fixture.store.numbers() == [1, 2] + Array(8...17))
        #expect(try fixture.store.head().outcomes.count <= 11)
        #expect(try fixture.rollBack().summary == "applied 18 from 2")
        try fixture.expectLive(18, Sample.first)
    }

    // MARK: - Answers that are wrong or missing

    @Test(arguments: failures)
    func `a failure before the transaction is a refusal`(failure: KernelError) throws {
        try fixture.apply(Sample.first)
        for change in [{ try fixture.apply(Sample.second) }, { try fixture.remove() }] {
            let number = (try fixture.store.numbers().last ?? 0) + 1
            fixture.kernel.commit = .failsBefore(failure)
            #expect(
                throws: ApplyError.refused(generation: number, failure),
                performing: change
            )
            try fixture.expectLive(1, Sample.first)
            #expect(try fixture.store.head().outcomes[number] == .refused(reason: "\(failure)"))
        }
        fixture.kernel.commit = nil
        #expect(try fixture.apply(Sample.second).summary == "applied 4 from 1")
        try fixture.expectLive(4, Sample.second)
    }

    @Test(arguments: failures)
    func `a failure after the transaction is none`(failure: KernelError) throws {
        try fixture.apply(Sample.first)
        fixture.kernel.commit = .failsAfter(failure)
        #expect(try fixture.apply(Sample.second).summary == "applied 2 from 1")
        try fixture.expectLive(2, Sample.second)
        try fixture.nft("flush ruleset")
        #expect(try fixture.restore().summary == "restored 2")
        try fixture.expectLive(2, Sample.second)
        #expect(try fixture.remove().summary == "removed 3 from 2")
        try fixture.expectLive(3, nil)
    }

    @Test func `a restore that fails leaves the store as it is`() throws {
        try fixture.apply(Sample.first)
        try fixture.nft("flush ruleset")
        let head = try fixture.store.head()
        fixture.kernel.commit = .failsBefore(Self.died)
        #expect(throws: ApplyError.refused(generation: 1, Self.died)) {
            try fixture.restore()
        }
        #expect(try fixture.store.head() == head)
        fixture.kernel.commit = nil
        #expect(try fixture.restore().summary == "restored 1")
        try fixture.expectLive(1, Sample.first)
    }

    @Test(arguments: [false, true])
    func `a failure without another look is uncertain, and the next run finds out`(
        hasHappened: Bool
    ) throws {
        try fixture.apply(Sample.first)
        fixture.kernel.commit = hasHappened ? .failsAfter(Self.died) : .failsBefore(Self.died)
        fixture.kernel.isBlindedByCommit = true
        #expect(throws: ApplyError.uncertain(generation: 2, table: "redirctl", Self.died)) {
            try fixture.apply(Sample.second)
        }
        fixture.kernel = FaultyKernel()
        let snapshot = try fixture.managed.listed()
        #expect(snapshot.reconciliation == (hasHappened ? .intentHappened(2) : .intentDropped(2)))
        #expect(snapshot.drift == Drift.none)
        let change = try fixture.apply(Sample.second).summary
        #expect(change == (hasHappened ? "nothing 2, 2 redirects" : "applied 3 from 1"))
        try fixture.expectLive(hasHappened ? 2 : 3, Sample.second)
    }

    // MARK: - After the kernel has switched

    @Test func `without a verifying look it is live, but nobody has seen it`() throws {
        try fixture.apply(Sample.first)
        fixture.kernel.isBlindedByCommit = true
        #expect(
            throws: ApplyError.unverified(
                generation: 2,
                .unreadableListing("the test says so")
            )
        ) { try fixture.apply(Sample.second) }
        try fixture.expectLive(2, Sample.second)
        #expect(try fixture.store.head().verified == nil)
        fixture.kernel = FaultyKernel()
        #expect(try fixture.apply(Sample.second).summary == "nothing 2, 2 redirects")
    }

    @Test func `a table other than was sent is told`() throws {
        try fixture.apply(Sample.first)
        fixture.kernel.commit = .thenHappens { [fixture] in
            try fixture.nft("flush chain inet redirctl output")
        }
        let error = #expect(throws: ApplyError.self) { try fixture.apply(Sample.second) }
        guard case .notAsSent(2, _, let difference)? = error else {
            Issue.record("\(error.map(String.init(describing:)) ?? "nothing")")
            return
        }
        #expect(difference.redirects.map(\.name) == ["web", "dns"])
        #expect(try fixture.store.head().current == 2)
        #expect(try fixture.store.head().verified == nil)
        fixture.kernel.commit = nil
        #expect(try fixture.apply(Sample.second).summary == "restored 2")
        try fixture.expectLive(2, Sample.second)
    }

    @Test func `other writers at work do not keep an apply from its end`() throws {
        try fixture.apply(Sample.first)
        var writes = 0
        fixture.kernel.whenLookedAt = { [fixture] in
            writes += 1
            try fixture.nft("add table inet somebody_\(writes)")
        }
        #expect(try fixture.apply(Sample.second).summary == "applied 2 from 1")
        fixture.kernel.whenLookedAt = nil
        try fixture.expectLive(2, Sample.second)
        #expect(try fixture.store.head().verified == nil)
    }

    @Test func `a head that can't be written after the switch is told, and noted later`() throws {
        try fixture.apply(Sample.first)
        let mismatch = "\(fixture.store.directory)/head.json.new"
        fixture.kernel.commit = .thenHappens { mkdir(mismatch, 0o700) }
        let failure = StoreError.system(call: "open", path: mismatch, errno: EISDIR)
        #expect(throws: ApplyError.unrecorded(generation: 2, failure)) {
            try fixture.apply(Sample.second)
        }
        #expect(try fixture.managed.listed().reconciliation == .intentHappened(2))
        #expect(try fixture.managed.listed().drift == Drift.none)
        // Nothing is begun that could not be noted.
        #expect(throws: ApplyError.unrecordable(generation: 3, failure)) {
            try fixture.apply(Sample.first)
        }
        #expect(try fixture.store.numbers() == [1, 2])
        #expect(try fixture.table()?.rulesByChain == Sample.second.rulesByChain)
        fixture.kernel.commit = nil
        rmdir(mismatch)
        #expect(try fixture.apply(Sample.second).summary == "nothing 2, 2 redirects")
        try fixture.expectLive(2, Sample.second)
    }

    @Test func `a restore needs no room on the disk`() throws {
        try fixture.apply(Sample.first)
        try fixture.nft("flush ruleset")
        mkdir("\(fixture.store.directory)/head.json.new", 0o700)
        #expect(try fixture.restore().summary == "restored 1")
        try fixture.expectLive(1, Sample.first)
    }

    @Test func `a removal that can't be noted is told as one`() throws {
        try fixture.apply(Sample.first)
        let mismatch = "\(fixture.store.directory)/head.json.new"
        fixture.kernel.commit = .thenHappens { mkdir(mismatch, 0o700) }
        let failure = StoreError.system(call: "open", path: mismatch, errno: EISDIR)
        #expect(throws: ApplyError.unrecorded(generation: 2, isRemoval: true, failure)) {
            try fixture.remove()
        }
        #expect(try fixture.table() == nil)
        fixture.kernel.commit = nil
        rmdir(mismatch)
        #expect(try fixture.remove().summary == "nothing to remove")
    }

    @Test func `nor does one after a run that could not note what it did`() throws {
        try fixture.apply(Sample.first)
        let mismatch = "\(fixture.store.directory)/head.json.new"
        fixture.kernel.commit = .thenHappens { mkdir(mismatch, 0o700) }
        #expect(throws: ApplyError.self) { try fixture.apply(Sample.second) }
        fixture.kernel.commit = nil
        try fixture.nft("flush ruleset")
        #expect(try fixture.restore().summary == "restored 1")
        #expect(try fixture.table()?.rulesByChain == Sample.first.rulesByChain)
        rmdir(mismatch)
        #expect(try fixture.restore().summary == "nothing 1, 2 redirects")
        try fixture.expectLive(1, Sample.first)
    }

    @Test func `a generation that can't be written changes nothing`() throws {
        try fixture.apply(Sample.first)
        let before = try fixture.kernelGeneration()
        rmdir("\(fixture.store.generationsPath)/2.new")
        mkdir("\(fixture.store.generationsPath)/2", 0o700)
        try TestFile.write([0], to: "\(fixture.store.generationsPath)/2/manifest.json")
        let head = "\(fixture.store.directory)/head.json.new"
        mkdir(head, 0o700)
        let failure = StoreError.system(call: "open", path: head, errno: EISDIR)
        #expect(throws: ApplyError.unrecordable(generation: 3, failure)) {
            try fixture.apply(Sample.second)
        }
        #expect(try fixture.kernelGeneration() == before)
        rmdir(head)
        #expect(try fixture.apply(Sample.second).summary == "applied 3 from 1")
        try fixture.expectLive(3, Sample.second)
    }
}
