internal import Addressing

/// Which rules of all tables a packet can match, by the addresses and ports that are known of it.
///
/// Rules have numbers here, which go through all chains of all tables.
final class RuleIndex: Sendable {
    /// The rules that ask for nothing that is known, in order.
    let always: [Int]

    /// What these rules read of packets besides.
    let alwaysExact: PacketParts

    private let rules: [RuleConditions]
    private let known: PacketParts
    private let lookups: [Lookup]

    /// Rules with so many values that each packet is compared with them.
    private let others: [Int]

    /// The rules that ask for values of a part, by those values.
    private struct Lookup: Sendable {
        let part: PacketPart

        /// The numbers at which another cell begins.
        var starts: [UInt128] = []

        /// The rules of each cell; those of the first are for numbers below the first start.
        var cells: [[Int]] = []

        /// The place of the cell with a number.
        func place(of number: UInt128) -> Int {
            var (low, high) = (0, starts.count)
            while low < high {
                let middle = (low + high) / 2
                if starts[middle] <= number { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    /// In how many cells a rule may be.
    private static let mostCells = 64

    /// Creates an index for packets of which some parts are known.
    init(_ rules: [RuleConditions], known: PacketParts) {
        self.rules = rules
        self.known = known
        var (always, others, lookups) = ([Int](), [Int](), [Lookup]())
        var alwaysExact: PacketParts = []
        var counts: [PacketPart: [UInt128: Int]] = [:]
        for condition in rules.lazy.flatMap(\.conditions) where known.contains(condition.part) {
            if let number = condition.values.onlyNumber {
                counts[condition.part, default: [:]][number, default: 0] += 1
            }
        }
        /// About how many rules are looked at because of a condition.
        func weight(_ condition: RuleConditions.Condition) -> Int {
            guard let number = condition.values.onlyNumber else {
                return rules.count + condition.values.intervals.count
            }
            return counts[condition.part]?[number] ?? 0
        }
        var byPart: [PacketPart: [(rule: Int, values: IntervalSet<UInt128>)]] = [:]
        for (number, rule) in rules.enumerated() where rule.isPossible {
            let conditions = rule.conditions.filter { known.contains($0.part) }
            if let best = conditions.min(by: { weight($0) < weight($1) }) {
                byPart[best.part, default: []].append((number, best.values))
            } else {
                always.append(number)
                alwaysExact.formUnion(rule.exact)
            }
        }
        for part in PacketPart.allCases {
            guard let rules = byPart[part] else { continue }
            var lookup = Lookup(part: part)
            let few = rules.filter { $0.values.intervals.count <= Self.mostCells }
            let bounds = few.lazy.flatMap(\.values.intervals).flatMap { interval in
                interval.upperBound == UInt128.max
                    ? [interval.lowerBound] : [interval.lowerBound, interval.upperBound + 1]
            }
            for bound in bounds.sorted() where bound != lookup.starts.last {
                lookup.starts.append(bound)
            }
            lookup.cells = Array(repeating: [], count: lookup.starts.count + 1)
            for (number, values) in rules {
                let places = values.intervals.prefix(Self.mostCells + 1).map { interval in
                    lookup.place(of: interval.lowerBound)...lookup.place(of: interval.upperBound)
                }
                if places.reduce(0, { $0 + $1.count }) > Self.mostCells {
                    others.append(number)
                } else {
                    for place in places.joined() { lookup.cells[place].append(number) }
                }
            }
            lookups.append(lookup)
        }
        self.always = always
        self.alwaysExact = alwaysExact
        self.others = others
        self.lookups = lookups
    }

    /// The rules that a packet can match, besides those that are ``always`` visited, in order.
    ///
    /// - Parameters:
    ///   - packet: The packet, of which the parts are known that the index is for.
    ///   - comparisons: The number of rules that were compared with packets.
    /// - Returns: The numbers of the rules.
    func matching(_ packet: FilterPacket, _ comparisons: inout Int) -> [Int] {
        var matching: [Int] = []
        for lookup in lookups {
            guard let number = packet.value(of: lookup.part) else { continue }
            add(lookup.cells[lookup.place(of: number)], packet, &matching, &comparisons)
        }
        add(others, packet, &matching, &comparisons)
        if matching.count > 1 { matching.sort() }
        return matching
    }

    private func add(
        _ candidates: [Int],
        _ packet: FilterPacket,
        _ matching: inout [Int],
        _ comparisons: inout Int
    ) {
        comparisons += candidates.count
        for rule in candidates where rules[rule].allow(packet, known: known) {
            matching.append(rule)
        }
    }

    /// What some rules read of packets besides what they ask for first.
    func exact(of matching: [Int]) -> PacketParts {
        matching.reduce(into: alwaysExact) { $0.formUnion(rules[$1].exact) }
    }
}

extension IntervalSet<UInt128> {
    /// The number, if there is only one.
    fileprivate var onlyNumber: UInt128? {
        guard intervals.count == 1, let interval = intervals.first,
            interval.lowerBound == interval.upperBound
        else { return nil }
        return interval.lowerBound
    }
}
