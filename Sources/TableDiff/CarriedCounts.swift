import RulesetModel

/// What elements that go have counted, for those that come in their places.
///
/// An element that goes to another map, or comes again because its map is created again, goes on
/// counting. So does a redirect whose elements are cut otherwise, because another one that overlaps
/// came or went: what theirs have counted goes to the first that comes. Where a redirect changes between
/// a named counter and elements that count, its count goes along.
struct CarriedCounts {
    /// What decides in the same way for the same redirect.
    struct Decision: Hashable {
        let redirect: String
        let value: MapValue

        /// `nil` if the element belongs to no redirect.
        init?(_ element: MapElement) {
            guard let redirect = element.redirect else { return nil }
            (self.redirect, value) = (redirect, element.value)
        }
    }

    /// A named counter, and the redirect that it counts for.
    struct Counter {
        let name: String
        let redirect: String
        var count = PacketCount()
    }

    /// By what is asked for, and the element apart from its map.
    private var counts: [[KeyField]: [MapElement: [PacketCount]]] = [:]
    private var rest: [Decision: PacketCount] = [:]

    /// The counts at which the coming elements of maps, and the coming counters, begin.
    static func counts(
        for maps: [MapComparison],
        coming: [Counter] = [],
        going: [Counter] = []
    ) -> (elements: [[PacketCount?]], counters: [Counter]) {
        var carried = CarriedCounts()
        if !coming.isEmpty || maps.contains(where: { !$0.coming.isEmpty }) {
            for map in maps { carried.collect(map) }
        }
        let left = going.filter { $0.count != PacketCount() }
        if carried.counts.isEmpty, left.isEmpty {
            return (maps.map { $0.coming.map { _ in nil } }, coming)
        }
        var ofCounters = Dictionary(left.map { ($0.redirect, $0.count) }, uniquingKeysWith: +)
        var counts = maps.map { map in map.coming.map { carried.take($0, of: map) } }
        carried.gatherRest()
        for (index, map) in maps.enumerated() where map.wanted?.type.isCounting == true {
            for (position, element) in map.coming.enumerated() {
                guard counts[index][position] == nil, let decision = Decision(element) else {
                    continue
                }
                counts[index][position] =
                    carried.rest.removeValue(forKey: decision)
                    ?? (decision.value.isDecision
                        ? ofCounters.removeValue(forKey: decision.redirect) : nil)
            }
        }
        return (counts, carried.rest.isEmpty ? coming : carried.starting(coming))
    }

    /// The coming counters with what elements of their redirects have left.
    private func starting(_ counters: [Counter]) -> [Counter] {
        var sums: [String: PacketCount] = [:]
        for (decision, count) in rest where decision.value.isDecision {
            sums[decision.redirect] = (sums[decision.redirect] ?? PacketCount()) + count
        }
        return counters.map { counter in
            var counter = counter
            counter.count = sums.removeValue(forKey: counter.redirect) ?? PacketCount()
            return counter
        }
    }

    private mutating func collect(_ map: MapComparison) {
        guard let live = map.live else { return }
        for element in map.going {
            guard element.element.redirect != nil, let count = element.count,
                count != PacketCount()
            else { continue }
            counts[live.type.key, default: [:]][element.element, default: []].append(count)
        }
    }

    /// One that goes from two maps comes to two: first come, first served.
    private mutating func take(_ element: MapElement, of map: MapComparison) -> PacketCount? {
        guard let type = map.wanted?.type, type.isCounting else { return nil }
        guard let found = counts[type.key]?[element], let count = found.first else { return nil }
        counts[type.key]?[element]?.removeFirst()
        return count
    }

    private mutating func gatherRest() {
        for (element, counts) in counts.values.joined() where !counts.isEmpty {
            guard let decision = Decision(element) else { continue }
            for count in counts {
                rest[decision] = (rest[decision] ?? PacketCount()) + count
            }
        }
    }
}
