import Addressing
import FoundationEssentials
import GenerationModel
import Nftables
import RulesetModel
import TestSupport
import Testing

@testable import Generations

/// Changes that go well, with the real kernel.
@Suite(.networkNamespace) struct ApplierTests {
    let fixture: ApplierFixture

    init() throws { fixture = try ApplierFixture() }

    @Test func `earlier versions can use a store again that has no code point and no prefix`()
        throws
    {
        var marked = Sample.first
        marked.chains[1].rules[0].selector.family = .ipv4
        marked.chains[1].rules[0].selector.dscp = CodePoint(46)
        var moved = marked
        let prefix = try #require(AddressRange(stored: "10.0.1.0/24"))
        moved.chains[1].rules[0].statement = .dnatPrefix(to: prefix)
        for (ruleset, format) in [
            (Sample.first, 2), (marked, 3), (moved, 4), (Sample.second, 2),
        ] {
            try fixture.apply(ruleset)
            let head = try fixture.store.head()
            #expect(head.format == format)
            #expect(try fixture.store.manifest(of: #require(head.current)).format == format)
        }
    }

    @Test func `the first apply makes the first generation`() throws {
        #expect(try fixture.managed.listed().reconciliation == .unused)
        #expect(try fixture.apply(Sample.first).summary == "applied 1 from 0")
        try fixture.expectLive(1, Sample.first)
        let manifest = try fixture.store.manifest(of: 1)
        #expect(manifest.origin == .apply)
        #expect(manifest.user == "tester")
        #expect(manifest.policy == "/etc/redirctl/web.yaml")
        #expect(try fixture.table()?.markers == [try fixture.store.generation(1).marker])
        let verified = try #require(try fixture.store.head().verified)
        let generation = try fixture.kernelGeneration()
        #expect(verified.kernelGeneration == generation)
        #expect(verified.boot == "first boot")
    }

    @Test func `a second apply sends nothing`() throws {
        let server = try Lab().machine.serve(ports: [8080])
        defer { withExtendedLifetime(server) {} }
        try fixture.apply(Sample.first)
        #expect(try Lab().machine.ask(.tcp, "127.0.0.1:80") == .reached("127.0.0.1:8080"))
        #expect(try fixture.packets("rc_web") == 1)
        let (before, commits) = (try fixture.kernelGeneration(), fixture.kernel.commits)
        let head = try fixture.store.head()
        #expect(try fixture.apply(Sample.first).summary == "nothing 1, 2 redirects")
        #expect(try fixture.kernelGeneration() == before)
        #expect(fixture.kernel.commits == commits)
        #expect(try fixture.packets("rc_web") == 1)
        #expect(try fixture.store.head() == head)
        #expect(try fixture.history() == "1 current")
    }

    @Test func `what does not change keeps its counter, what changes starts anew`() throws {
        let machine = Lab().machine
        let server = try machine.serve(ports: [5353, 8080, 9090])
        defer { withExtendedLifetime(server) {} }
        try fixture.apply(Sample.first)
        for _ in 0..<3 { _ = try machine.ask(.tcp, "127.0.0.1:53") }
        _ = try machine.ask(.tcp, "127.0.0.1:80")
        #expect(try fixture.packets("rc_dns") == 3)
        #expect(try fixture.packets("rc_web") == 1)
        #expect(try fixture.apply(Sample.second).summary == "applied 2 from 1")
        #expect(try fixture.packets("rc_dns") == 3)
        #expect(try machine.ask(.tcp, "127.0.0.1:80") == .reached("127.0.0.1:9090"))
        #expect(try machine.ask(.tcp, "127.0.0.1:53") == .reached("127.0.0.1:5353"))
        #expect(try fixture.packets("rc_dns") == 4)
        try fixture.expectLive(2, Sample.second)
        #expect(try fixture.history() == "1 replaced, 2 current")
    }

    @Test func `rollbacks go further and further back`() throws {
        for ruleset in [Sample.first, Sample.second, Sample.third] { try fixture.apply(ruleset) }
        #expect(try fixture.rollBack().summary == "applied 4 from 3")
        try fixture.expectLive(4, Sample.second)
        #expect(try fixture.rollBack().summary == "applied 5 from 4")
        try fixture.expectLive(5, Sample.first)
        #expect(throws: ApplyError.nothingBefore(1, table: "redirctl")) { try fixture.rollBack() }
        #expect(try fixture.rollBack(to: 4).summary == "applied 6 from 5")
        try fixture.expectLive(6, Sample.second)
        // What is applied after a rollback stands on what the rollback took up.
        try fixture.apply(Sample.third)
        #expect(try fixture.rollBack().summary == "applied 8 from 7")
        try fixture.expectLive(8, Sample.second)
        let manifest = try fixture.store.manifest(of: 5)
        #expect(manifest.origin == .rollback)
        #expect(manifest.restores == 1)
        #expect(manifest.policy == "/etc/redirctl/web.yaml")
        #expect(
            try fixture.store.sources(of: fixture.store.manifest(of: 6)) == Sample.request.sources
        )
    }

    @Test func `a rollback does not turn round where the history begins`() throws {
        for ruleset in [Sample.first, Sample.second, Sample.third] { try fixture.apply(ruleset) }
        #expect(try fixture.rollBack(to: 1).summary == "applied 4 from 3")
        try FileManager.default.removeItem(atPath: "\(fixture.store.directory)/generations/1")
        #expect(throws: ApplyError.nothingBefore(4, table: "redirctl")) { try fixture.rollBack() }
        try fixture.expectLive(4, Sample.first)
    }

    @Test func `rollback goes to a number`() throws {
        for ruleset in [Sample.first, Sample.second, Sample.third] { try fixture.apply(ruleset) }
        #expect(try fixture.rollBack(to: 1).summary == "applied 4 from 3")
        try fixture.expectLive(4, Sample.first)
        #expect(try fixture.rollBack(to: 4).summary == "nothing 4, 2 redirects")
        #expect(try fixture.rollBack(to: 1).summary == "nothing 4, 2 redirects")
        #expect(throws: StoreError.noGeneration(9, available: [1, 2, 3, 4])) {
            try fixture.rollBack(to: 9)
        }
        try fixture.expectLive(4, Sample.first)
    }

    @Test func `rollback has nowhere to go from the first one, or from nothing`() throws {
        #expect(throws: fixture.managed.noGeneration()) { try fixture.rollBack() }
        #expect(throws: fixture.managed.noGeneration()) { try fixture.restore() }
        try fixture.apply(Sample.first)
        #expect(throws: ApplyError.nothingBefore(1, table: "redirctl")) { try fixture.rollBack() }
        try fixture.expectLive(1, Sample.first)
    }

    @Test func `a removal is a generation that rollback leaves, and returns to if it is named`()
        throws
    {
        try fixture.apply(Sample.first)
        #expect(try fixture.remove().summary == "removed 2 from 1")
        try fixture.expectLive(2, nil)
        #expect(try fixture.remove().summary == "nothing to remove")
        #expect(try fixture.restore().summary == "nothing to remove")
        #expect(try fixture.rollBack().summary == "applied 3 from 2")
        try fixture.expectLive(3, Sample.first)
        #expect(throws: ApplyError.nothingBefore(1, table: "redirctl")) { try fixture.rollBack() }
        #expect(try fixture.rollBack(to: 2).summary == "removed 4 from 3")
        try fixture.expectLive(4, nil)
        #expect(try fixture.rollBack(to: 2).summary == "nothing to remove")
        #expect(try fixture.history() == "1 replaced, 2 replaced, 3 replaced, 4 current")
    }

    @Test func `removing where nothing was ever applied does nothing`() throws {
        #expect(try fixture.remove().summary == "nothing to remove")
        #expect(try fixture.history() == "")
        #expect(try fixture.store.head() == Head())
    }

    @Test func `a removal of what is gone already is noted without a transaction`() throws {
        try fixture.apply(Sample.first)
        try fixture.nft("flush ruleset")
        let before = try fixture.kernelGeneration()
        #expect(try fixture.remove().summary == "removed 2 from 1")
        #expect(try fixture.kernelGeneration() == before)
        try fixture.expectLive(2, nil)
    }

    @Test func `the history stays bounded, and the number goes on`() throws {
        try fixture.apply(Sample.first)
        for number in 2...53 { try fixture.apply(number % 2 == 0 ? Sample.second : Sample.first) }
        #expect(try fixture.store.numbers() == Array(4...53))
        try fixture.expectLive(53, Sample.first)
    }

    @Test func `a look in the middle of another's changes is never torn`() throws {
        try fixture.apply(Sample.first)
        let managed = fixture.managed
        for ruleset in [Sample.second, Sample.first, Sample.second] {
            // The head moves between the two reads of one look.
            fixture.kernel.whenLookedAt = { [fixture] in
                fixture.kernel.whenLookedAt = nil
                try fixture.apply(ruleset)
            }
            let snapshot = try managed.listed()
            #expect(snapshot.reconciliation == .inStep)
            #expect(snapshot.drift == Drift.none)
            #expect(snapshot.current?.ruleset == ruleset)
        }
    }
}
