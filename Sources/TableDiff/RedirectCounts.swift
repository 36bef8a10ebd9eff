public import RulesetModel

/// What the redirects of a table have counted.
public struct RedirectCounts {
    private var counters: [String: PacketCount] = [:]
    private var elements: [String: PacketCount] = [:]

    /// Gathers what a table has counted.
    public init(_ table: LiveTable?) {
        for counter in table?.counters ?? [] {
            counters[counter.name] = PacketCount(packets: counter.packets, bytes: counter.bytes)
        }
        for map in table?.maps ?? [] where map.type.isCounting {
            for element in map.elements where element.element.value.isDecision {
                guard let name = element.element.redirect, let count = element.count else {
                    continue
                }
                elements[name] = (elements[name] ?? PacketCount()) + count
            }
        }
    }

    /// What a redirect has counted, in its named counter and its elements; `nil` if nothing
    /// counts.
    public func count(of redirect: String, _ rules: [PlacedRule]) -> PacketCount? {
        let names = Set(rules.compactMap(\.rule.counter))
        let counts = names.compactMap { counters[$0] } + [elements[redirect]].compactMap(\.self)
        return counts.first.map { counts.dropFirst().reduce($0, +) }
    }
}

extension MapValue {
    /// Whether it decides what becomes of a connection.
    ///
    /// What jumps is counted by the rule that decides in the chain.
    var isDecision: Bool {
        if case .jump = self { false } else { true }
    }
}
