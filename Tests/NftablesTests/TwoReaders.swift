import ListingSupport
import Nftables
import RulesetModel
import TestSupport
import Testing

/// The reader of the kernel's own messages, and that of libnftables' JSON: they share no code and say
/// the same.
struct TwoReaders {
    let kernel = NftKernel()

    /// Loads a ruleset, of which both must know every rule.
    func load(_ ruleset: Ruleset) throws {
        try kernel.commit(ruleset.commands)
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
        #expect(live.maps.map(\.name) == listed.maps.map(\.name))
        for (map, other) in zip(live.maps, listed.maps) { Self.compare(map, other) }
        #expect(live.others == listed.others)
        Self.compare(live.lease, listed.lease)
    }

    /// Compares two leases, whose time goes on meanwhile.
    private static func compare(_ lease: LiveLease?, _ other: LiveLease?) {
        #expect(lease?.handle == other?.handle)
        #expect(lease?.isTimed == other?.isTimed)
        #expect(lease?.terms.keys == other?.terms.keys)
        for (family, term) in lease?.terms ?? [:] {
            guard let listed = other?.terms[family] else { continue }
            #expect(term.timeout.map { $0 / 1000 * 1000 } == listed.timeout)
            #expect((term.expires ?? 0) >= (listed.expires ?? 0))
        }
    }

    /// Compares two maps, whose elements come in any order.
    private static func compare(_ map: LiveMap, _ other: LiveMap) {
        #expect(map.handle == other.handle)
        #expect(map.type == other.type)
        let (elements, others) = (Set(map.elements), Set(other.elements))
        #expect(elements.count == map.elements.count && others.count == other.elements.count)
        for element in elements.symmetricDifference(others) {
            let reader = elements.contains(element) ? "messages" : "JSON"
            Issue.record("\(map.name) has by \(reader) only: \(map.type.text(of: element.element))")
        }
    }
}
