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
            let wantedChains =
                ruleset.regularChains.map { ($0.name, LiveChain.Attachment.none, $0.rules) }
                + ruleset.chains.map { ($0.name, LiveChain.Attachment.nat($0.head), $0.rules) }
            #expect(live.chains.count == wantedChains.count)
            #expect(live.maps.map(\.content).sorted { $0.name < $1.name } == ruleset.maps)
            #expect(live.others.isEmpty)
            for (name, attachment, wantedRules) in wantedChains {
                let chain = try #require(live.chains.first { $0.name == name })
                #expect(chain.attachment == attachment)
                #expect(chain.rules.count == wantedRules.count)
                for (rule, wanted) in zip(chain.rules, wantedRules) {
                    #expect(
                        rule.content == .known(wanted),
                        "\(wanted.text)\ncame back as\n\(rule.text)"
                    )
                }
            }
        }
    }
}
