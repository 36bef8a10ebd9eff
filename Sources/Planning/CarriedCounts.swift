import RulesetModel

/// What elements that go have counted, for those that come in their places.
///
/// An element that goes to another map, or comes again because its map is made anew, goes on
/// counting. So does a redirect whose elements are cut otherwise, because another one that overlaps
/// came or went: what theirs have counted goes to the first that comes.
struct CarriedCounts {
    /// An element apart from its map.
    private struct Identity: Hashable {
        let key: [KeyField]
        let element: MapElement
    }

    /// What decides in the same way for the same redirect.
    private struct Decision: Hashable {
        let redirect: String
        let value: MapValue
    }

    private var counts: [Identity: [PacketCount]] = [:]
    private var rest: [Decision: PacketCount] = [:]

    /// The counts at which the coming elements of maps begin.
    static func counts(for maps: [MapComparison]) -> [[PacketCount?]] {
        var carried = CarriedCounts()
        for map in maps { carried.collect(map) }
        if carried.counts.isEmpty { return maps.map { $0.coming.map { _ in nil } } }
        var counts = maps.map { map in map.coming.map { carried.take($0, of: map) } }
        carried.gatherRest()
        for (index, map) in maps.enumerated() where map.wanted?.type.isCounting == true {
            for (position, element) in map.coming.enumerated() {
                guard let redirect = element.redirect, counts[index][position] == nil else {
                    continue
                }
                let decision = Decision(redirect: redirect, value: element.value)
                counts[index][position] = carried.rest.removeValue(forKey: decision)
            }
        }
        return counts
    }

    private mutating func collect(_ map: MapComparison) {
        guard let live = map.live else { return }
        for element in map.going {
            guard element.element.redirect != nil, let count = element.count,
                count != PacketCount()
            else { continue }
            let identity = Identity(key: live.type.key, element: element.element)
            counts[identity, default: []].append(count)
        }
    }

    /// One that goes from two maps comes to two: first come, first served.
    private mutating func take(_ element: MapElement, of map: MapComparison) -> PacketCount? {
        guard let type = map.wanted?.type, type.isCounting else { return nil }
        let identity = Identity(key: type.key, element: element)
        guard var found = counts[identity], !found.isEmpty else { return nil }
        let count = found.removeFirst()
        counts[identity] = found
        return count
    }

    private mutating func gatherRest() {
        for (identity, counts) in counts {
            guard let redirect = identity.element.redirect else { continue }
            let decision = Decision(redirect: redirect, value: identity.element.value)
            for count in counts {
                rest[decision] = (rest[decision] ?? PacketCount()) + count
            }
        }
    }
}
