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
            try kernel.commit(ruleset.commands)
            let live = try #require(try kernel.table("redirctl"))
            #expect(live.counters.map(\.name).sorted() == ruleset.counters)
            let wantedChains =
                ruleset.regularChains.map { ($0.name, LiveChain.Attachment.none, $0.rules) }
                + ruleset.chains.map { ($0.name, LiveChain.Attachment.nat($0.head), $0.rules) }
            #expect(live.chains.count == wantedChains.count)
            #expect(live.maps.map(\.name).sorted() == ruleset.maps.map(\.name))
            for map in live.maps {
                let wanted = try #require(ruleset.maps.first { $0.name == map.name })
                #expect(map.type == ruleset.liveType(of: wanted))
                let wantedElements = Set(
                    wanted.elements.map {
                        LiveElement($0, count: wanted.type.isCounting ? PacketCount() : nil)
                    }
                )
                for element in wantedElements.symmetricDifference(map.elements) {
                    Issue.record("\(wanted.type.text) \(wanted.type.text(of: element.element))")
                }
            }
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

extension Ruleset {
    /// The type that a map of this ruleset has when it is read back.
    ///
    /// The kernel keeps of an address that it is one; only a rule says which.
    fileprivate func liveType(of map: LookupMap) -> MapType {
        let rules = chains.flatMap(\.rules) + regularChains.flatMap(\.rules)
        let asked = Set(
            rules.compactMap(\.lookup).filter { $0.map == map.name }.map(\.key)
        )
        var type = map.type
        type.key = asked.count == 1 ? asked.first ?? [] : type.key.map(\.usual)
        return type
    }
}

extension KeyField {
    fileprivate var usual: KeyField {
        switch self {
        case .sourceAddress(let family): .destinationAddress(family)
        case .sourcePort: .destinationPort
        case .outputInterface: .inputInterface
        default: self
        }
    }
}
