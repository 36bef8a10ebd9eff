import Nftables
import RulesetModel
import TestSupport
import Testing

@Suite(.networkNamespace) struct RoundTripTests {
    let kernel = NftKernel()

    @Test(arguments: UInt64(0)..<24)
    func `what is loaded is read back equal`(seed: UInt64) throws {
        var generator = RulesetGenerator(seed: seed)
        for _ in 0..<10 {
            let ruleset = generator.ruleset(table: "redirctl")
            try kernel.commit([ruleset.script])
            let live = try #require(try kernel.table("redirctl"))
            #expect(live.counters.map(\.name).sorted() == ruleset.counters)
            #expect(live.chains.map(\.attachment) == ruleset.chains.map { .nat($0.head) })
            for (chain, wanted) in zip(live.chains, ruleset.chains) {
                #expect(chain.rules.count == wanted.rules.count)
                for (rule, wanted) in zip(chain.rules, wanted.rules) {
                    #expect(
                        rule.content == .known(wanted),
                        "\(wanted.text)\ncame back as\n\(rule.text)"
                    )
                }
            }
        }
    }
}
