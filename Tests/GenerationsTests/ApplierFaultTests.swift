import Glibc
import Nftables
import Planning
import RulesetModel
import TestSupport
import Testing

@testable import Generations

/// Every way in which a change can fail: the store is right afterwards, and the next run converges.
@Suite(.networkNamespace) struct ApplierFaultTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    private static let died = KernelError.libraryDied(status: "killed", output: "")
    private static let failures: [KernelError] = [
        died, .notPermitted, .refused([]), .system(call: "fork", errno: EAGAIN),
    ]

    // MARK: - The kernel refuses

    @Test func `the kernel refuses the later half, and keeps the old table whole`() throws {
        try shop.apply(Sample.first)
        let before = try shop.table()
        let error = #expect(throws: ApplyError.self) { try shop.apply(Sample.refused) }
        guard case .refused(2, ["bad"], .refused(let complaints))? = error else {
            Issue.record("\(error.map(String.init(describing:)) ?? "nothing")")
            return
        }
        #expect(complaints.allSatisfy { $0.text.contains("No such file or directory") })
        #expect(try shop.table() == before)
        try shop.expectLive(1, Sample.first)
        #expect(try shop.history() == "1 current, 2 refused")
        // The number is not used again, and it is not what a rollback takes for the one before.
        #expect(try shop.apply(Sample.second).summary == "applied 3 from 1")
        #expect(try shop.rollBack().summary == "applied 4 from 3")
        try shop.expectLive(4, Sample.first)
    }

    @Test func `the first apply of all is refused`() throws {
        #expect(throws: ApplyError.self) { try shop.apply(Sample.refused) }
        #expect(try shop.table() == nil)
        #expect(try shop.site.look().standing == .unused)
        #expect(throws: ApplyError.noGeneration) { try shop.rollBack() }
        #expect(try shop.apply(Sample.first).summary == "applied 2 from 0")
        try shop.expectLive(2, Sample.first)
    }

    @Test func `a policy refused again and again pushes nothing out of the history`() throws {
        try shop.apply(Sample.first)
        try shop.apply(Sample.second)
        for _ in 0..<15 { #expect(throws: ApplyError.self) { try shop.apply(Sample.refused) } }
        #expect(try shop.store.numbers() == [1, 2] + Array(8...17))
        #expect(try shop.store.head().outcomes.count <= 11)
        #expect(try shop.rollBack().summary == "applied 18 from 2")
        try shop.expectLive(18, Sample.first)
    }

    // MARK: - Answers that are wrong or missing

    @Test(arguments: failures)
    func `a failure before the transaction is a refusal`(failure: KernelError) throws {
        try shop.apply(Sample.first)
        for change in [{ try shop.apply(Sample.second) }, { try shop.remove() }] {
            let number = (try shop.store.numbers().last ?? 0) + 1
            shop.kernel.commit = .failsBefore(failure)
            #expect(
                throws: ApplyError.refused(generation: number, redirects: [], failure),
                performing: change
            )
            try shop.expectLive(1, Sample.first)
            #expect(try shop.store.head().outcomes[number] == .refused(reason: "\(failure)"))
        }
        shop.kernel.commit = nil
        #expect(try shop.apply(Sample.second).summary == "applied 4 from 1")
        try shop.expectLive(4, Sample.second)
    }

    @Test(arguments: failures)
    func `a failure after the transaction is none`(failure: KernelError) throws {
        try shop.apply(Sample.first)
        shop.kernel.commit = .failsAfter(failure)
        #expect(try shop.apply(Sample.second).summary == "applied 2 from 1")
        try shop.expectLive(2, Sample.second)
        try shop.nft("flush ruleset")
        #expect(try shop.restore().summary == "restored 2")
        try shop.expectLive(2, Sample.second)
        #expect(try shop.remove().summary == "removed 3 from 2")
        try shop.expectLive(3, nil)
    }

    @Test func `a restore that fails leaves the store as it is`() throws {
        try shop.apply(Sample.first)
        try shop.nft("flush ruleset")
        let head = try shop.store.head()
        shop.kernel.commit = .failsBefore(Self.died)
        #expect(throws: ApplyError.refused(generation: 1, redirects: [], Self.died)) {
            try shop.restore()
        }
        #expect(try shop.store.head() == head)
        shop.kernel.commit = nil
        #expect(try shop.restore().summary == "restored 1")
        try shop.expectLive(1, Sample.first)
    }

    @Test(arguments: [false, true])
    func `a failure without another look is uncertain, and the next run finds out`(
        hasHappened: Bool
    ) throws {
        try shop.apply(Sample.first)
        shop.kernel.commit = hasHappened ? .failsAfter(Self.died) : .failsBefore(Self.died)
        shop.kernel.isBlindedByCommit = true
        #expect(throws: ApplyError.uncertain(generation: 2, Self.died)) {
            try shop.apply(Sample.second)
        }
        shop.kernel = FaultyKernel()
        let situation = try shop.site.look()
        #expect(situation.standing == (hasHappened ? .intentHappened(2) : .intentDropped(2)))
        #expect(situation.drift == Drift.none)
        let change = try shop.apply(Sample.second).summary
        #expect(change == (hasHappened ? "nothing 2, 2 redirects" : "applied 3 from 1"))
        try shop.expectLive(hasHappened ? 2 : 3, Sample.second)
    }

    // MARK: - After the kernel has switched

    @Test func `without a verifying look it is live, but nobody has seen it`() throws {
        try shop.apply(Sample.first)
        shop.kernel.isBlindedByCommit = true
        #expect(
            throws: ApplyError.unverified(
                generation: 2,
                .unreadableListing("the test says so")
            )
        ) { try shop.apply(Sample.second) }
        try shop.expectLive(2, Sample.second)
        #expect(try shop.store.head().verified == nil)
        shop.kernel = FaultyKernel()
        #expect(try shop.apply(Sample.second).summary == "nothing 2, 2 redirects")
    }

    @Test func `a table other than was sent is told`() throws {
        try shop.apply(Sample.first)
        shop.kernel.commit = .thenHappens { [shop] in
            try shop.nft("flush chain inet redirctl output")
        }
        let error = #expect(throws: ApplyError.self) { try shop.apply(Sample.second) }
        guard case .notAsSent(2, let difference)? = error else {
            Issue.record("\(error.map(String.init(describing:)) ?? "nothing")")
            return
        }
        #expect(difference.redirects.map(\.name) == ["web", "dns"])
        #expect(try shop.store.head().current == 2)
        #expect(try shop.store.head().verified == nil)
        shop.kernel.commit = nil
        #expect(try shop.apply(Sample.second).summary == "restored 2")
        try shop.expectLive(2, Sample.second)
    }

    @Test func `other writers at work do not keep an apply from its end`() throws {
        try shop.apply(Sample.first)
        var writes = 0
        shop.kernel.whenLookedAt = { [shop] in
            writes += 1
            try shop.nft("add table inet somebody_\(writes)")
        }
        #expect(try shop.apply(Sample.second).summary == "applied 2 from 1")
        shop.kernel.whenLookedAt = nil
        try shop.expectLive(2, Sample.second)
        #expect(try shop.store.head().verified == nil)
    }

    @Test func `a head that can't be written after the switch is told, and noted later`() throws {
        try shop.apply(Sample.first)
        let obstacle = "\(shop.store.directory)/head.json.new"
        shop.kernel.commit = .thenHappens { mkdir(obstacle, 0o700) }
        let failure = StoreError.system(call: "open", path: obstacle, errno: EISDIR)
        #expect(throws: ApplyError.unrecorded(generation: 2, failure)) {
            try shop.apply(Sample.second)
        }
        #expect(try shop.site.look().standing == .intentHappened(2))
        #expect(try shop.site.look().drift == Drift.none)
        // Nothing is begun that could not be noted.
        #expect(throws: ApplyError.unrecordable(generation: 3, failure)) {
            try shop.apply(Sample.first)
        }
        #expect(try shop.store.numbers() == [1, 2])
        #expect(try shop.table()?.rulesByChain == Sample.second.rulesByChain)
        shop.kernel.commit = nil
        rmdir(obstacle)
        #expect(try shop.apply(Sample.second).summary == "nothing 2, 2 redirects")
        try shop.expectLive(2, Sample.second)
    }

    @Test func `a restore needs no room on the disk`() throws {
        try shop.apply(Sample.first)
        try shop.nft("flush ruleset")
        mkdir("\(shop.store.directory)/head.json.new", 0o700)
        #expect(try shop.restore().summary == "restored 1")
        try shop.expectLive(1, Sample.first)
    }

    @Test func `a removal that can't be noted is told as one`() throws {
        try shop.apply(Sample.first)
        let obstacle = "\(shop.store.directory)/head.json.new"
        shop.kernel.commit = .thenHappens { mkdir(obstacle, 0o700) }
        let failure = StoreError.system(call: "open", path: obstacle, errno: EISDIR)
        #expect(throws: ApplyError.unrecorded(generation: 2, isRemoval: true, failure)) {
            try shop.remove()
        }
        #expect(try shop.table() == nil)
        shop.kernel.commit = nil
        rmdir(obstacle)
        #expect(try shop.remove().summary == "nothing to remove")
    }

    @Test func `nor does one after a run that could not note what it did`() throws {
        try shop.apply(Sample.first)
        let obstacle = "\(shop.store.directory)/head.json.new"
        shop.kernel.commit = .thenHappens { mkdir(obstacle, 0o700) }
        #expect(throws: ApplyError.self) { try shop.apply(Sample.second) }
        shop.kernel.commit = nil
        try shop.nft("flush ruleset")
        #expect(try shop.restore().summary == "restored 1")
        #expect(try shop.table()?.rulesByChain == Sample.first.rulesByChain)
        rmdir(obstacle)
        #expect(try shop.restore().summary == "nothing 1, 2 redirects")
        try shop.expectLive(1, Sample.first)
    }

    @Test func `a generation that can't be written changes nothing`() throws {
        try shop.apply(Sample.first)
        let before = try shop.kernelGeneration()
        rmdir("\(shop.store.generationsPath)/2.new")
        mkdir("\(shop.store.generationsPath)/2", 0o700)
        try TestFile.write([0], to: "\(shop.store.generationsPath)/2/manifest.json")
        let head = "\(shop.store.directory)/head.json.new"
        mkdir(head, 0o700)
        let failure = StoreError.system(call: "open", path: head, errno: EISDIR)
        #expect(throws: ApplyError.unrecordable(generation: 3, failure)) {
            try shop.apply(Sample.second)
        }
        #expect(try shop.kernelGeneration() == before)
        rmdir(head)
        #expect(try shop.apply(Sample.second).summary == "applied 3 from 1")
        try shop.expectLive(3, Sample.second)
    }
}
