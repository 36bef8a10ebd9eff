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
        let live = try #require(try kernel.table(table)).worded()
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
        try lookForSome(of: live)
    }

    /// Reads a table with some of its elements only, and looks for others that it does not have.
    private func lookForSome(of live: LiveTable) throws {
        var (expected, keys) = (live, [String: [MapKey]]())
        for index in live.maps.indices where !live.maps[index].type.isInterval {
            let elements = live.maps[index].elements
            let some = elements.indices.filter { $0 % 3 == 0 }.map { elements[$0] }
            expected.maps[index].elements = some
            let present = Set(elements.map(\.element.key))
            let absent = some.map(\.element.key.neighbour).filter { !present.contains($0) }
            keys[live.maps[index].name] = some.map(\.element.key) + absent
        }
        for index in live.maps.indices where live.maps[index].type.isInterval {
            let key = live.maps[index].elements.first?.element.key
            // No key, no element; one, and the map is read as a whole.
            if let key, index % 2 == 0 {
                keys[live.maps[index].name] = [key]
            } else {
                expected.maps[index].elements = []
            }
        }
        let found = try #require(try kernel.table(live.name, only: keys))
        // What makes another map foreign can be an element that was not asked for.
        let maps = found.maps.filter { map in live.maps.contains { $0.name == map.name } }
        #expect(maps.map(\.name) == expected.maps.map(\.name))
        for (map, other) in zip(maps, expected.maps) {
            #expect(map.handle == other.handle && map.type == other.type)
            #expect(Set(map.elements) == Set(other.elements))
            #expect(map.elements.count == other.elements.count)
        }
        #expect(found.chains.map(\.name) == live.chains.map(\.name))
        #expect(
            found.chains.flatMap(\.rules).map(\.known) == live.chains.flatMap(\.rules).map(\.known)
        )
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

extension MapKey {
    /// A key that differs in the last bit of its last part.
    fileprivate var neighbour: MapKey {
        var key = self
        guard let last = key.parts.indices.last else { return key }
        let number = key.parts[last].lowerBound ^ 1
        key.parts[last] = number...number
        return key
    }
}
