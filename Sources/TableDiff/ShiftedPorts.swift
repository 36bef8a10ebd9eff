import Addressing
import RulesetModel

/// What becomes of a redirect's ports, as the map says that its rule asks.
struct ShiftedPorts: Sendable, Hashable {
    /// The elements for ports that the rule matches, ascending.
    let own: ArraySlice<MapElement>

    /// Those that no rule can find.
    let others: [MapElement]
}

/// The maps that rules ask for a port, each with the elements that are each rule's own.
struct PortMaps {
    /// The ports that rules match, where several redirects ask a map.
    private var ports: [String: PortSet] = [:]
    private var others: [String: [MapElement]] = [:]
    private let elements: [String: [MapElement]]

    init(_ content: TableContent) {
        elements = content.ownElements
        var asking: [String: [String: [ClosedRange<Port>]?]] = [:]
        for rule in content.chains.lazy.flatMap(\.rules) {
            guard let map = rule.ownMap, let redirect = rule.comment else { continue }
            asking[map, default: [:]][redirect] = .some(rule.selector.destinationPorts?.ranges)
        }
        for (map, redirects) in asking where redirects.count > 1 {
            let ranges = redirects.values.compactMap(\.self)
            // What is not matched before may be anything.
            guard ranges.count == redirects.count, let elements = elements[map] else { continue }
            let all = PortSet(ranges.joined())
            ports[map] = all
            others[map] = elements.filter { element in
                element.key.parts.count != 1
                    || Port(UInt16(clamping: element.key.parts[0].lowerBound))
                        .map(all.contains) != true
            }
        }
    }

    /// What the map that a rule asks makes of the ports that it matches.
    func ports(of rule: Rule) -> ShiftedPorts? {
        guard let map = rule.ownMap else { return nil }
        let all = elements[map] ?? []
        guard ports[map] != nil, let range = rule.selector.destinationPorts?.onlyRange else {
            return ShiftedPorts(own: all[...], others: [])
        }
        let first = all.partition(before: UInt128(range.lowerBound.number))
        let end = all.partition(before: UInt128(range.upperBound.number) + 1)
        return ShiftedPorts(own: all[first..<end], others: others[map] ?? [])
    }
}

extension [MapElement] {
    /// How many of these, which ascend, come before a number.
    fileprivate func partition(before number: UInt128) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            let isBefore = self[middle].key.parts.first.map { $0.lowerBound < number } ?? false
            if isBefore { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
