import GenerationModel
import Glibc
import Nftables
import RulesetModel
import TableDiff
import TestSupport
import Testing

@testable import Generations

/// What others, and ends that came too early, leave behind.
@Suite(.networkNamespace) struct ApplierRepairTests {
    let fixture: ApplierFixture

    init() throws { fixture = try ApplierFixture() }

    // MARK: - Others

    @Test(arguments: [false, true])
    func `what somebody flushed is put back as the same generation`(byApply: Bool) throws {
        try fixture.apply(Sample.first)
        try fixture.nft("flush ruleset")
        let snapshot = try fixture.managed.listed()
        #expect(snapshot.reconciliation == .tableGone)
        #expect(snapshot.restart == nil)
        guard case .differs(let difference)? = snapshot.drift else {
            Issue.record("no drift")
            return
        }
        #expect(difference.structure == [.tableMissing])
        let change = byApply ? try fixture.apply(Sample.first) : try fixture.restore()
        #expect(change.summary == "restored 1")
        try fixture.expectLive(1, Sample.first)
        #expect(try fixture.history() == "1 current")
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
        try fixture.apply(Sample.first)
        try fixture.nft(script)
        #expect(try fixture.managed.listed().drift != Drift.none)
        #expect(try fixture.restore().summary == "restored 1")
        try fixture.expectLive(1, Sample.first)
    }

    @Test func `a marker that is gone is drift, not a foreign table`() throws {
        try fixture.apply(Sample.first)
        let marker = try #require(try fixture.table()?.markers.first)
        try fixture.nft("delete chain inet redirctl \(marker.chain)")
        #expect(try fixture.managed.listed().reconciliation == .foreign(found: []))
        #expect(try fixture.apply(Sample.second).summary == "applied 2 from 1")
        try fixture.expectLive(2, Sample.second)
    }

    @Test func `a marker with an absurd number does not count`() throws {
        try fixture.nft(
            "add table inet redirctl; "
                + "add chain inet redirctl gen_9223372036854775807_0123456789abcdef"
        )
        #expect(try fixture.apply(Sample.first, adopting: true).summary == "applied 1 from 0")
        try fixture.expectLive(1, Sample.first)
    }

    @Test func `a marker of no generation here says nothing, and goes with the next change`() throws
    {
        let stray = "add chain inet redirctl gen_999999999_0123456789abcdef"
        try fixture.apply(Sample.first)
        for (number, ruleset) in [(2, Sample.second), (3, Sample.first), (4, Sample.second)] {
            try fixture.nft(stray)
            let snapshot = try fixture.managed.listed()
            #expect(snapshot.reconciliation == .inStep)
            guard case .differs(let difference)? = snapshot.drift else {
                Issue.record("no drift")
                return
            }
            #expect(difference.foreign.map(\.text) == ["gen_999999999_0123456789abcdef"])
            #expect(difference.redirects.isEmpty)
            #expect(try fixture.apply(ruleset).summary == "applied \(number) from \(number - 1)")
            try fixture.expectLive(number, ruleset)
        }
        try fixture.nft(stray)
        #expect(try fixture.rollBack().summary == "applied 5 from 4")
        try fixture.nft(stray)
        #expect(try fixture.restore().summary == "restored 5")
        try fixture.expectLive(5, Sample.first)
    }

    @Test func `numbers go on where a marker has jammed them before`() throws {
        try fixture.nft(
            "add table inet redirctl; add chain inet redirctl gen_999998_0123456789abcdef"
        )
        #expect(try fixture.apply(Sample.first, adopting: true).summary == "applied 999999 from 0")
        #expect(try fixture.apply(Sample.second).summary == "applied 1000000 from 999999")
        #expect(try fixture.apply(Sample.first).summary == "applied 1000001 from 1000000")
        try fixture.expectLive(1_000_001, Sample.first)
    }

    @Test func `a killed apply is found by its marker, whatever stands beside it`() throws {
        try fixture.apply(Sample.first)
        try fixture.apply(Sample.second)
        var head = try fixture.store.head()
        head.current = 1
        head.confirmed = 1
        head.intent = 2
        head.verified = nil
        try fixture.store.write(head)
        try fixture.nft("add chain inet redirctl gen_9_0123456789abcdef")
        #expect(try fixture.managed.listed().reconciliation == .intentHappened(2))
        #expect(try fixture.restore().summary == "restored 2")
        try fixture.expectLive(2, Sample.second)
    }

    // MARK: - Foreign tables

    @Test(arguments: ["", " { flags dormant; }"])
    func `a table that redirctl did not make is left alone unless adopted`(
        flags: String
    ) throws {
        try fixture.nft("add table inet redirctl\(flags)")
        try fixture.nft("add set inet redirctl s { type ipv4_addr; }")
        let before = try fixture.table()
        #expect(throws: ApplyError.foreignTable("redirctl")) { try fixture.apply(Sample.first) }
        #expect(throws: ApplyError.foreignTable("redirctl")) { try fixture.remove() }
        #expect(try fixture.table() == before)
        #expect(try fixture.store.numbers() == [])
        #expect(try fixture.apply(Sample.first, adopting: true).summary == "applied 1 from 0")
        try fixture.expectLive(1, Sample.first)
        #expect(try fixture.table()?.others == [])
    }

    @Test func `an empty table of that name is somebody's, too`() throws {
        try fixture.nft("add table inet redirctl")
        let foreign = ApplyError.foreignTable("redirctl")
        #expect(throws: foreign) { try fixture.apply(Sample.first) }
        #expect(throws: foreign) { try fixture.remove() }
        #expect(try fixture.apply(Sample.first, adopting: true).summary == "applied 1 from 0")
        try fixture.expectLive(1, Sample.first)
    }

    @Test func `a table made by somebody after a removal is left alone, too`() throws {
        try fixture.apply(Sample.first)
        try fixture.remove()
        try fixture.nft("add table inet redirctl; add counter inet redirctl theirs")
        let foreign = ApplyError.foreignTable("redirctl")
        #expect(try fixture.managed.listed().drift == .tableIsBack)
        #expect(throws: foreign) { try fixture.apply(Sample.first) }
        #expect(throws: foreign) { try fixture.rollBack() }
        #expect(throws: foreign) { try fixture.remove() }
        #expect(throws: foreign) { try fixture.restore() }
        #expect(try fixture.table()?.counters.map(\.name) == ["theirs"])
        #expect(try fixture.store.numbers() == [1, 2])
        #expect(try fixture.apply(Sample.first, adopting: true).summary == "applied 3 from 2")
        try fixture.expectLive(3, Sample.first)
    }

    @Test(arguments: [false, true])
    func `our own table that is back after a removal goes again`(byRestore: Bool) throws {
        try fixture.apply(Sample.first)
        let saved = try LabCommand.run(["nft", "list", "table", "inet", "redirctl"])
        try fixture.remove()
        try fixture.nft(saved)
        #expect(try fixture.managed.listed().drift == .tableIsBack)
        let change = byRestore ? try fixture.restore() : try fixture.remove()
        #expect(change.summary == (byRestore ? "removed 2 from 0" : "removed 3 from 2"))
        try fixture.expectLive(byRestore ? 2 : 3, nil)
    }

    // MARK: - Lost stores and new starts

    @Test func `with the store lost, numbers go on after the marker's`() throws {
        for ruleset in [Sample.first, Sample.second, Sample.first] { try fixture.apply(ruleset) }
        try LabCommand.run(["rm", "-rf", fixture.store.directory])
        guard case .otherLineage(let found, nil) = try fixture.managed.listed().reconciliation
        else {
            Issue.record("not of another lineage")
            return
        }
        #expect(found.number == 3)
        let refusal = ApplyError.otherLineage(table: "redirctl", found: found, expected: nil)
        #expect(throws: refusal) { try fixture.apply(Sample.second) }
        #expect(throws: refusal) { try fixture.remove() }
        #expect(try fixture.apply(Sample.second, adopting: true).summary == "applied 4 from 0")
        try fixture.expectLive(4, Sample.second)
        #expect(throws: ApplyError.nothingBefore(4, table: "redirctl")) { try fixture.rollBack() }
    }

    @Test(arguments: [false, true])
    func `a new namespace has no table, and why is told`(isNewBoot: Bool) throws {
        try fixture.apply(Sample.first)
        if isNewBoot { fixture.boot = "second boot" }
        fixture.namespace = 2
        let elsewhere = try NamespaceThread()
        defer { elsewhere.stop() }
        try elsewhere.run { [fixture] in
            let snapshot = try fixture.managed.listed()
            #expect(snapshot.reconciliation == .tableGone)
            #expect(snapshot.restart == (isNewBoot ? .machine : .namespace))
            #expect(try fixture.restore().summary == "restored 1")
            try fixture.expectLive(1, Sample.first)
            #expect(try fixture.managed.listed().restart == nil)
        }
    }

    // MARK: - Ends that came too early

    @Test func `a run killed before its intent leaves a generation that never was live`() throws {
        try fixture.apply(Sample.first)
        try fixture.apply(Sample.second)
        try fixture.store.write(Sample.generation(3, Sample.third))
        #expect(try fixture.history() == "1 replaced, 2 current, 3 abandoned")
        try fixture.expectLive(2, Sample.second)
        #expect(try fixture.apply(Sample.first).summary == "applied 4 from 2")
        #expect(try fixture.history() == "1 replaced, 2 replaced, 3 abandoned, 4 current")
        // It is not the one before.
        #expect(try fixture.rollBack().summary == "applied 5 from 4")
        try fixture.expectLive(5, Sample.second)
    }

    @Test func `the first run of all killed before its head does no harm`() throws {
        try fixture.store.prepare()
        try fixture.store.write(Sample.generation(1, Sample.third))
        #expect(try fixture.apply(Sample.first).summary == "applied 2 from 0")
        try fixture.expectLive(2, Sample.first)
        #expect(try fixture.history() == "1 abandoned, 2 current")
        #expect(throws: ApplyError.nothingBefore(2, table: "redirctl")) { try fixture.rollBack() }
    }

    @Test func `a run killed before the kernel had its intent is told and dropped`() throws {
        try fixture.apply(Sample.first)
        try leaveIntent(Sample.second)
        #expect(try fixture.managed.listed().reconciliation == .intentDropped(2))
        let change = try fixture.change { applier in
            #expect(applier.repairs.reconciliation == .intentDropped(2))
            return try applier.change(to: .apply(Sample.second), for: Sample.request)
        }
        #expect(change.summary == "applied 3 from 1")
        try fixture.expectLive(3, Sample.second)
        #expect(try fixture.history() == "1 replaced, 2 abandoned, 3 current")
    }

    @Test(arguments: [Sample.second, nil])
    func `a run killed after the kernel had its intent is noted`(intent: Ruleset?) throws {
        try fixture.apply(Sample.first)
        let head = try fixture.store.head()
        if let intent { try fixture.apply(intent) } else { try fixture.remove() }
        var killed = head
        killed.intent = 2
        try fixture.store.write(killed)
        let snapshot = try fixture.managed.listed()
        #expect(snapshot.reconciliation == .intentHappened(2))
        // Even a look that may change nothing sees no drift.
        #expect(snapshot.drift == Drift.none)
        #expect(try fixture.history() == "1 replaced, 2 current")
        try fixture.change { #expect($0.repairs.reconciliation == .intentHappened(2)) }
        try fixture.expectLive(2, intent)
        #expect(try fixture.rollBack().summary == "applied 3 from 2")
        try fixture.expectLive(3, Sample.first)
    }

    @Test func `a machine that lost its power in the middle restores what was current`() throws {
        try fixture.apply(Sample.first)
        try leaveIntent(Sample.second)
        try fixture.nft("flush ruleset")
        fixture.boot = "second boot"
        #expect(try fixture.managed.listed().reconciliation == .tableGone)
        #expect(try fixture.restore().summary == "restored 1")
        try fixture.expectLive(1, Sample.first)
        #expect(try fixture.history() == "1 current, 2 abandoned")
    }

    private func leaveIntent(_ ruleset: Ruleset) throws {
        var head = try fixture.store.head()
        head.intent = 2
        try fixture.store.write(Sample.generation(2, ruleset))
        try fixture.store.write(head)
    }
}
