internal import Addressing

/// What a rule asks of addresses and ports before it does anything.
struct RuleConditions: Sendable {
    /// The values that a packet must have to match.
    struct Condition: Sendable {
        let part: PacketPart
        let values: IntervalSet<UInt128>
    }

    /// The conditions, at most one for each part; a packet matches only if it meets all of them.
    ///
    /// Among packets that meet them, only the parts in ``exact`` make a difference.
    private(set) var conditions: [Condition] = []

    /// The parts of which the rule reads more than the conditions say.
    var exact: PacketParts = []

    /// Whether the rule can match at all.
    var isPossible = true

    /// Whether the rule writes to the packet's header.
    var changesHeader = false

    /// All parts that make a difference.
    var parts: PacketParts {
        conditions.reduce(into: exact) { $0.insert(PacketParts($1.part)) }
    }

    /// Adds a condition.
    mutating func require(_ part: PacketPart, _ values: IntervalSet<UInt128>) {
        var values = values
        if let place = conditions.firstIndex(where: { $0.part == part }) {
            values = values.intersection(conditions[place].values)
            conditions.remove(at: place)
        }
        conditions.append(Condition(part: part, values: values))
    }

    /// Whether a packet meets the conditions, as far as it is known.
    func allow(_ packet: FilterPacket, known: PacketParts) -> Bool {
        conditions.allSatisfy { condition in
            guard known.contains(condition.part), let value = packet.value(of: condition.part)
            else { return true }
            return condition.values.contains(value)
        }
    }
}
