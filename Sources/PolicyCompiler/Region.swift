import Addressing
import RulesetModel

/// The connections that a selector matches, as numbers: for each field that it asks for, the ranges.
///
/// A selector can also ask for things that are no ranges of numbers. The region then holds more
/// connections than the selector matches.
struct Region {
    /// A field, and what it may be.
    struct Side {
        let field: KeyField
        let ranges: Ranges
    }

    /// The family of the connections; nothing for both.
    let family: IPFamily?

    /// What is asked for, in the order of ``KeyField/rank``.
    let sides: [Side]

    /// Creates the region of a selector.
    init(_ selector: Selector) {
        family = selector.family
        var sides: [Side] = []
        func add(_ field: KeyField, _ ranges: Ranges?) {
            if let ranges { sides.append(Side(field: field, ranges: ranges)) }
        }
        add(.inputInterface, Ranges(names: selector.inputInterfaces))
        add(.outputInterface, Ranges(names: selector.outputInterfaces))
        add(.user, selector.users.map { Ranges($0) })
        add(.group, selector.groups.map { Ranges($0) })
        add(.mark, selector.mark.flatMap { Ranges($0) })
        if let family = selector.family {
            add(.sourceAddress(family), selector.sourceAddresses.map { Ranges($0) })
            add(.destinationAddress(family), selector.destinationAddresses.map { Ranges($0) })
        }
        add(.transport, Ranges(selector.protocols))
        add(.sourcePort, selector.sourcePorts.map { Ranges($0) })
        add(.destinationPort, selector.destinationPorts.map { Ranges($0) })
        self.sides = sides
    }

    /// Whether both may hold a connection in common.
    func overlaps(_ other: Region) -> Bool {
        if let family, let theirs = other.family, family != theirs { return false }
        var (mine, theirs) = (sides[...], other.sides[...])
        while let one = mine.first, let another = theirs.first {
            let (rank, otherRank) = (one.field.rank, another.field.rank)
            if rank == otherRank, !one.ranges.overlaps(another.ranges) { return false }
            if rank <= otherRank { mine.removeFirst() }
            if otherRank <= rank { theirs.removeFirst() }
        }
        return true
    }
}

extension KeyField {
    /// The place of its part in a key, the same for both families.
    var rank: Int {
        switch self {
        case .inputInterface: 0
        case .outputInterface: 1
        case .user: 2
        case .group: 3
        case .mark: 4
        case .sourceAddress: 5
        case .destinationAddress: 6
        case .transport: 7
        case .sourcePort: 8
        case .destinationPort: 9
        }
    }
}

/// Ranges of numbers, ascending and disjoint; mostly just one.
enum Ranges {
    case one(ClosedRange<UInt128>)
    case several([ClosedRange<UInt128>])

    init(_ ranges: [ClosedRange<UInt128>]) {
        self = ranges.count == 1 ? .one(ranges[0]) : .several(ranges)
    }

    /// How many there are.
    var count: Int {
        switch self {
        case .one: 1
        case .several(let ranges): ranges.count
        }
    }

    /// All of them.
    var all: [ClosedRange<UInt128>] {
        switch self {
        case .one(let range): [range]
        case .several(let ranges): ranges
        }
    }

    /// The range from the first to the last number.
    var hull: ClosedRange<UInt128> {
        switch self {
        case .one(let range): range
        case .several(let ranges): ranges[0].lowerBound...ranges[ranges.count - 1].upperBound
        }
    }

    /// Whether each is a single number.
    var areSingle: Bool {
        switch self {
        case .one(let range): range.lowerBound == range.upperBound
        case .several(let ranges): ranges.allSatisfy { $0.lowerBound == $0.upperBound }
        }
    }

    /// Whether both have a number in common.
    func overlaps(_ other: Ranges) -> Bool {
        if case .one(let mine) = self, case .one(let theirs) = other {
            return mine.overlaps(theirs)
        }
        let (few, many) = count < other.count ? (all, other.all) : (other.all, all)
        return few.contains { range in
            var (low, high) = (0, many.count)
            while low < high {
                let middle = (low + high) / 2
                if many[middle].upperBound < range.lowerBound {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            return low < many.count && many[low].overlaps(range)
        }
    }
}

extension Ranges {
    fileprivate init(_ addresses: AddressSet) {
        self.init(addresses.ranges.map(\.bits))
    }

    fileprivate init(_ ports: PortSet) {
        self.init(
            ports.ranges.map { UInt128($0.lowerBound.number)...UInt128($0.upperBound.number) }
        )
    }

    fileprivate init(_ numbers: IntervalSet<UInt32>) {
        self.init(numbers.intervals.map { UInt128($0.lowerBound)...UInt128($0.upperBound) })
    }

    /// The numbers of protocols; nothing where any will do.
    fileprivate init?(_ protocols: [TransportProtocol]) {
        guard !protocols.isEmpty else { return nil }
        self.init(protocols.map { UInt128($0.number)...UInt128($0.number) })
    }

    /// A mark, where all of its bits are asked for.
    fileprivate init?(_ mark: PacketMark) {
        guard mark.mask == .max else { return nil }
        self.init([UInt128(mark.value)...UInt128(mark.value)])
    }

    /// Names of interfaces; nothing where any will do, or one is the beginning of several.
    fileprivate init?(names: [InterfacePattern]) {
        guard !names.isEmpty, !names.contains(where: \.isPrefix) else { return nil }
        let numbers = names.map { KeyField.number(ofInterface: $0.name) }.sorted()
        self.init(numbers.map { $0...$0 })
    }
}
