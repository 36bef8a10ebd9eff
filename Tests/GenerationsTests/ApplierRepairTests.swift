import Glibc
import Nftables
import Planning
import RulesetModel
import TestSupport
import Testing

@testable import Generations

/// What others, and ends that came too early, leave behind.
@Suite(.networkNamespace) struct ApplierRepairTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    // MARK: - Others

    @Test(arguments: [false, true])
    func `what somebody flushed is put back as the same generation`(byApply: Bool) throws {
        try shop.apply(Sample.first)
        try shop.nft("flush ruleset")
        let situation = try shop.site.look()
        #expect(situation.standing == .tableGone)
        #expect(situation.restart == nil)
        guard case .differs(let difference)? = situation.drift else {
            Issue.record("no drift")
            return
        }
        #expect(difference.structure == [.tableMissing])
        let change = byApply ? try shop.apply(Sample.first) : try shop.restore()
        #expect(change.summary == "restored 1")
        try shop.expectLive(1, Sample.first)
        #expect(try shop.history() == "1 current")
    }

    @Test(arguments: [
        "flush chain inet redirctl output",
        "insert rule inet redirctl output tcp dport 22 redirect to :2222",
        "add chain inet redirctl theirs { type filter hook input priority 0; }",
        "add set inet redirctl s { type ipv4_addr; }",
        "add counter inet redirctl c",
        "delete chain inet redirctl prerouting",
        "add chain inet redirctl gen_7_0123456789abcdef",
        "add chain inet redirctl gen_9223372036854775807_0123456789abcdef",
        "add table inet redirctl { flags dormant; }",
    ])
    func `what somebody did to the table is undone`(script: String) throws {
        try shop.apply(Sample.first)
        try shop.nft(script)
        #expect(try shop.site.look().drift != Drift.none)
        #expect(try shop.restore().summary == "restored 1")
        try shop.expectLive(1, Sample.first)
    }

    @Test func `a marker that is gone is drift, not a foreign table`() throws {
        try shop.apply(Sample.first)
        let marker = try #require(try shop.table()?.markers.first)
        try shop.nft("delete chain inet redirctl \(marker.chain)")
        #expect(try shop.site.look().standing == .foreign(found: []))
        #expect(try shop.apply(Sample.second).summary == "applied 2 from 1")
        try shop.expectLive(2, Sample.second)
    }

    @Test func `a marker with an absurd number does not count`() throws {
        try shop.nft(
            "add table inet redirctl; "
                + "add chain inet redirctl gen_9223372036854775807_0123456789abcdef"
        )
        #expect(try shop.apply(Sample.first, adopting: true).summary == "applied 1 from 0")
        try shop.expectLive(1, Sample.first)
    }

    @Test func `a marker of no generation here says nothing, and goes with the next change`() throws
    {
        let stray = "add chain inet redirctl gen_999999999_0123456789abcdef"
        try shop.apply(Sample.first)
        for (number, ruleset) in [(2, Sample.second), (3, Sample.first), (4, Sample.second)] {
            try shop.nft(stray)
            let situation = try shop.site.look()
            #expect(situation.standing == .inStep)
            guard case .differs(let difference)? = situation.drift else {
                Issue.record("no drift")
                return
            }
            #expect(difference.foreign.map(\.text) == ["gen_999999999_0123456789abcdef"])
            #expect(difference.redirects.isEmpty)
            #expect(try shop.apply(ruleset).summary == "applied \(number) from \(number - 1)")
            try shop.expectLive(number, ruleset)
        }
        try shop.nft(stray)
        #expect(try shop.rollBack().summary == "applied 5 from 4")
        try shop.nft(stray)
        #expect(try shop.restore().summary == "restored 5")
        try shop.expectLive(5, Sample.first)
    }

    @Test func `numbers go on where a marker has jammed them before`() throws {
        try shop.nft(
            "add table inet redirctl; add chain inet redirctl gen_999998_0123456789abcdef"
        )
        #expect(try shop.apply(Sample.first, adopting: true).summary == "applied 999999 from 0")
        #expect(try shop.apply(Sample.second).summary == "applied 1000000 from 999999")
        #expect(try shop.apply(Sample.first).summary == "applied 1000001 from 1000000")
        try shop.expectLive(1_000_001, Sample.first)
    }

    @Test func `a killed apply is found by its marker, whatever stands beside it`() throws {
        try shop.apply(Sample.first)
        try shop.apply(Sample.second)
        var head = try shop.store.head()
        head.current = 1
        head.confirmed = 1
        head.intent = 2
        head.verified = nil
        try shop.store.write(head)
        try shop.nft("add chain inet redirctl gen_9_0123456789abcdef")
        #expect(try shop.site.look().standing == .intentHappened(2))
        #expect(try shop.restore().summary == "restored 2")
        try shop.expectLive(2, Sample.second)
    }

    // MARK: - Foreign tables

    @Test(arguments: ["", " { flags dormant; }"])
    func `a table that redirctl did not make is left alone unless adopted`(
        flags: String
    ) throws {
        try shop.nft("add table inet redirctl\(flags)")
        try shop.nft("add set inet redirctl s { type ipv4_addr; }")
        let before = try shop.table()
        #expect(throws: ApplyError.foreignTable("redirctl")) { try shop.apply(Sample.first) }
        #expect(throws: ApplyError.foreignTable("redirctl")) { try shop.remove() }
        #expect(try shop.table() == before)
        #expect(try shop.store.numbers() == [])
        #expect(try shop.apply(Sample.first, adopting: true).summary == "applied 1 from 0")
        try shop.expectLive(1, Sample.first)
        #expect(try shop.table()?.others == [])
    }

    @Test func `an empty table of that name is nobody's`() throws {
        try shop.nft("add table inet redirctl")
        #expect(try shop.apply(Sample.first).summary == "applied 1 from 0")
        try shop.expectLive(1, Sample.first)
    }

    @Test func `a table made by somebody after a removal is left alone, too`() throws {
        try shop.apply(Sample.first)
        try shop.remove()
        try shop.nft("add table inet redirctl; add counter inet redirctl theirs")
        let foreign = ApplyError.foreignTable("redirctl")
        #expect(try shop.site.look().drift == .tableIsBack)
        #expect(throws: foreign) { try shop.apply(Sample.first) }
        #expect(throws: foreign) { try shop.rollBack() }
        #expect(throws: foreign) { try shop.remove() }
        #expect(throws: foreign) { try shop.restore() }
        #expect(try shop.table()?.counters.map(\.name) == ["theirs"])
        #expect(try shop.store.numbers() == [1, 2])
        #expect(try shop.apply(Sample.first, adopting: true).summary == "applied 3 from 2")
        try shop.expectLive(3, Sample.first)
    }

    @Test(arguments: [false, true])
    func `our own table that is back after a removal goes again`(byRestore: Bool) throws {
        try shop.apply(Sample.first)
        let saved = try LabCommand.run(["nft", "list", "table", "inet", "redirctl"])
        try shop.remove()
        try shop.nft(saved)
        #expect(try shop.site.look().drift == .tableIsBack)
        let change = byRestore ? try shop.restore() : try shop.remove()
        #expect(change.summary == (byRestore ? "removed 2 from 0" : "removed 3 from 2"))
        try shop.expectLive(byRestore ? 2 : 3, nil)
    }

    // MARK: - Lost stores and new starts

    @Test func `with the store lost, numbers go on after the marker's`() throws {
        for ruleset in [Sample.first, Sample.second, Sample.first] { try shop.apply(ruleset) }
        try LabCommand.run(["rm", "-rf", shop.store.directory])
        guard case .otherLineage(let found, nil) = try shop.site.look().standing else {
            Issue.record("not of another lineage")
            return
        }
        #expect(found.number == 3)
        let refusal = ApplyError.otherLineage(table: "redirctl", found: found, expected: nil)
        #expect(throws: refusal) { try shop.apply(Sample.second) }
        #expect(throws: refusal) { try shop.remove() }
        #expect(try shop.apply(Sample.second, adopting: true).summary == "applied 4 from 0")
        try shop.expectLive(4, Sample.second)
        #expect(throws: ApplyError.nothingBefore(4)) { try shop.rollBack() }
    }

    @Test(arguments: [false, true])
    func `a new namespace has no table, and why is told`(isNewBoot: Bool) throws {
        try shop.apply(Sample.first)
        if isNewBoot { shop.boot = "second boot" }
        shop.namespace = 2
        let elsewhere = try NamespaceThread()
        defer { elsewhere.stop() }
        try elsewhere.run { [shop] in
            let situation = try shop.site.look()
            #expect(situation.standing == .tableGone)
            #expect(situation.restart == (isNewBoot ? .machine : .namespace))
            #expect(try shop.restore().summary == "restored 1")
            try shop.expectLive(1, Sample.first)
            #expect(try shop.site.look().restart == nil)
        }
    }

    // MARK: - Ends that came too early

    @Test func `a run killed before its intent leaves a generation that never was live`() throws {
        try shop.apply(Sample.first)
        try shop.apply(Sample.second)
        try shop.store.write(Sample.generation(3, Sample.third))
        #expect(try shop.history() == "1 replaced, 2 current, 3 abandoned")
        try shop.expectLive(2, Sample.second)
        #expect(try shop.apply(Sample.first).summary == "applied 4 from 2")
        #expect(try shop.history() == "1 replaced, 2 replaced, 3 abandoned, 4 current")
        // It is not the one before.
        #expect(try shop.rollBack().summary == "applied 5 from 4")
        try shop.expectLive(5, Sample.second)
    }

    @Test func `the first run of all killed before its head does no harm`() throws {
        try shop.store.prepare()
        try shop.store.write(Sample.generation(1, Sample.third))
        #expect(try shop.apply(Sample.first).summary == "applied 2 from 0")
        try shop.expectLive(2, Sample.first)
        #expect(try shop.history() == "1 abandoned, 2 current")
        #expect(throws: ApplyError.nothingBefore(2)) { try shop.rollBack() }
    }

    @Test func `a run killed before the kernel had its intent is told and dropped`() throws {
        try shop.apply(Sample.first)
        try leaveIntent(Sample.second)
        #expect(try shop.site.look().standing == .intentDropped(2))
        let change = try shop.change { applier in
            #expect(applier.standingFound == .intentDropped(2))
            return try applier.apply(Sample.second, for: Sample.request)
        }
        #expect(change.summary == "applied 3 from 1")
        try shop.expectLive(3, Sample.second)
        #expect(try shop.history() == "1 replaced, 2 abandoned, 3 current")
    }

    @Test(arguments: [Sample.second, nil])
    func `a run killed after the kernel had its intent is noted`(intent: Ruleset?) throws {
        try shop.apply(Sample.first)
        let head = try shop.store.head()
        if let intent { try shop.apply(intent) } else { try shop.remove() }
        var killed = head
        killed.intent = 2
        try shop.store.write(killed)
        let situation = try shop.site.look()
        #expect(situation.standing == .intentHappened(2))
        // Even a look that may change nothing sees no drift.
        #expect(situation.drift == Drift.none)
        #expect(try shop.history() == "1 replaced, 2 current")
        try shop.change { #expect($0.standingFound == .intentHappened(2)) }
        try shop.expectLive(2, intent)
        #expect(try shop.rollBack().summary == "applied 3 from 2")
        try shop.expectLive(3, Sample.first)
    }

    @Test func `a machine that lost its power in the middle restores what was current`() throws {
        try shop.apply(Sample.first)
        try leaveIntent(Sample.second)
        try shop.nft("flush ruleset")
        shop.boot = "second boot"
        #expect(try shop.site.look().standing == .tableGone)
        #expect(try shop.restore().summary == "restored 1")
        try shop.expectLive(1, Sample.first)
        #expect(try shop.history() == "1 current, 2 abandoned")
    }

    private func leaveIntent(_ ruleset: Ruleset) throws {
        var head = try shop.store.head()
        head.intent = 2
        try shop.store.write(Sample.generation(2, ruleset))
        try shop.store.write(head)
    }
}
