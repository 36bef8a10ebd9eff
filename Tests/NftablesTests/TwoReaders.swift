import ListingSupport
import Nftables
import RulesetModel
import Testing

/// The reader of the kernel's own messages, and that of libnftables' JSON: they share no code and say
/// the same.
struct TwoReaders {
    let kernel = NftKernel()

    /// Loads a ruleset, of which both must know every rule.
    func load(_ ruleset: Ruleset) throws {
        try kernel.commit([ruleset.script])
        try agree(on: ruleset.table)
        let rules = try kernel.table(ruleset.table)?.chains.flatMap(\.rules) ?? []
        for rule in rules { #expect(rule.known != nil, "\(rule.text)") }
    }

    /// Reads a table by both.
    func agree(on table: String) throws {
        let live = try #require(try kernel.table(table))
        let listed = try #require(try JSONTableReader.read(table))
        #expect(live.chains.map(\.name) == listed.chains.map(\.name))
        for (chain, other) in zip(live.chains, listed.chains) {
            #expect(chain.attachment == other.attachment)
            #expect(chain.rules.count == other.rules.count)
            for (rule, other) in zip(chain.rules, other.rules) {
                #expect(rule == other, "\(rule.text)\nand\n\(other.text)")
            }
        }
        #expect(live.counters == listed.counters)
        #expect(live.maps == listed.maps)
        #expect(live.others == listed.others)
    }
}
