import Addressing
import Nftables
import RulesetModel
import TestSupport
import Testing

@testable import Generations

/// Changes that go well, with the real kernel.
@Suite(.networkNamespace) struct ApplierTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    @Test func `the first apply makes the first generation`() throws {
        #expect(try shop.site.look().standing == .unused)
        #expect(try shop.apply(Sample.first).summary == "applied 1 from 0")
        try shop.expectLive(1, Sample.first)
        let manifest = try shop.store.manifest(of: 1)
        #expect(manifest.origin == .apply)
        #expect(manifest.user == "tester")
        #expect(manifest.policy == "/etc/redirctl/web.yaml")
        #expect(try shop.table()?.markers == [try shop.store.generation(1).marker])
        let verified = try #require(try shop.store.head().verified)
        let generation = try shop.kernelGeneration()
        #expect(verified.kernelGeneration == generation)
        #expect(verified.boot == "first boot")
    }

    @Test func `a second apply sends nothing`() throws {
        let server = try Lab().machine.serve(ports: [8080])
        defer { withExtendedLifetime(server) {} }
        try shop.apply(Sample.first)
        #expect(try Lab().machine.ask(.tcp, "127.0.0.1:80") == .reached("127.0.0.1:8080"))
        #expect(try shop.packets("rc_web") == 1)
        let (before, commits) = (try shop.kernelGeneration(), shop.kernel.commits)
        let head = try shop.store.head()
        #expect(try shop.apply(Sample.first).summary == "nothing 1, 2 redirects")
        #expect(try shop.kernelGeneration() == before)
        #expect(shop.kernel.commits == commits)
        #expect(try shop.packets("rc_web") == 1)
        #expect(try shop.store.head() == head)
        #expect(try shop.history() == "1 current")
    }

    @Test func `what does not change keeps its counter, what changes starts anew`() throws {
        let machine = Lab().machine
        let server = try machine.serve(ports: [5353, 8080, 9090])
        defer { withExtendedLifetime(server) {} }
        try shop.apply(Sample.first)
        for _ in 0..<3 { _ = try machine.ask(.tcp, "127.0.0.1:53") }
        _ = try machine.ask(.tcp, "127.0.0.1:80")
        #expect(try shop.packets("rc_dns") == 3)
        #expect(try shop.packets("rc_web") == 1)
        #expect(try shop.apply(Sample.second).summary == "applied 2 from 1")
        #expect(try shop.packets("rc_dns") == 3)
        #expect(try machine.ask(.tcp, "127.0.0.1:80") == .reached("127.0.0.1:9090"))
        #expect(try machine.ask(.tcp, "127.0.0.1:53") == .reached("127.0.0.1:5353"))
        #expect(try shop.packets("rc_dns") == 4)
        try shop.expectLive(2, Sample.second)
        #expect(try shop.history() == "1 replaced, 2 current")
    }

    @Test func `rollback goes to the one before, and back again`() throws {
        try shop.apply(Sample.first)
        try shop.apply(Sample.second)
        for number in 3...6 {
            #expect(try shop.rollBack().summary == "applied \(number) from \(number - 1)")
            try shop.expectLive(number, number % 2 == 1 ? Sample.first : Sample.second)
        }
        let manifest = try shop.store.manifest(of: 3)
        #expect(manifest.origin == .rollback)
        #expect(manifest.restores == 1)
        #expect(manifest.policy == "/etc/redirctl/web.yaml")
        #expect(try shop.store.sources(of: shop.store.manifest(of: 6)) == Sample.request.sources)
    }

    @Test func `rollback goes to a number`() throws {
        for ruleset in [Sample.first, Sample.second, Sample.third] { try shop.apply(ruleset) }
        #expect(try shop.rollBack(to: 1).summary == "applied 4 from 3")
        try shop.expectLive(4, Sample.first)
        #expect(try shop.rollBack(to: 4).summary == "nothing 4, 2 redirects")
        #expect(try shop.rollBack(to: 1).summary == "nothing 4, 2 redirects")
        #expect(throws: StoreError.noGeneration(9, available: [1, 2, 3, 4])) {
            try shop.rollBack(to: 9)
        }
        try shop.expectLive(4, Sample.first)
    }

    @Test func `rollback has nowhere to go from the first one, or from nothing`() throws {
        #expect(throws: ApplyError.noGeneration) { try shop.rollBack() }
        #expect(throws: ApplyError.noGeneration) { try shop.restore() }
        try shop.apply(Sample.first)
        #expect(throws: ApplyError.nothingBefore(1)) { try shop.rollBack() }
        try shop.expectLive(1, Sample.first)
    }

    @Test func `a removal is a generation that rollback can leave and return to`() throws {
        try shop.apply(Sample.first)
        #expect(try shop.remove().summary == "removed 2 from 1")
        try shop.expectLive(2, nil)
        #expect(try shop.remove().summary == "nothing to remove")
        #expect(try shop.restore().summary == "nothing to remove")
        #expect(try shop.rollBack().summary == "applied 3 from 2")
        try shop.expectLive(3, Sample.first)
        #expect(try shop.rollBack().summary == "removed 4 from 3")
        try shop.expectLive(4, nil)
        #expect(try shop.rollBack(to: 2).summary == "nothing to remove")
        #expect(try shop.history() == "1 replaced, 2 replaced, 3 replaced, 4 current")
    }

    @Test func `removing where nothing was ever applied does nothing`() throws {
        #expect(try shop.remove().summary == "nothing to remove")
        #expect(try shop.history() == "")
        #expect(try shop.store.head() == Head())
    }

    @Test func `a removal of what is gone already is noted without a transaction`() throws {
        try shop.apply(Sample.first)
        try shop.nft("flush ruleset")
        let before = try shop.kernelGeneration()
        #expect(try shop.remove().summary == "removed 2 from 1")
        #expect(try shop.kernelGeneration() == before)
        try shop.expectLive(2, nil)
    }

    @Test func `the history stays bounded, and the number goes on`() throws {
        try shop.apply(Sample.first)
        for number in 2...53 { try shop.apply(number % 2 == 0 ? Sample.second : Sample.first) }
        #expect(try shop.store.numbers() == Array(4...53))
        try shop.expectLive(53, Sample.first)
    }

    @Test func `a look in the middle of another's changes is never torn`() throws {
        try shop.apply(Sample.first)
        let site = shop.site
        for ruleset in [Sample.second, Sample.first, Sample.second] {
            // The head moves between the two reads of one look.
            shop.kernel.whenLookedAt = { [shop] in
                shop.kernel.whenLookedAt = nil
                try shop.apply(ruleset)
            }
            let situation = try site.look()
            #expect(situation.standing == .inStep)
            #expect(situation.drift == Drift.none)
            #expect(situation.current?.ruleset == ruleset)
        }
    }
}
