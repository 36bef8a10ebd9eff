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

    /// The family of the connections; `nil` for both.
    let family: IPFamily?

    /// What is asked for, in the order of ``KeyField/rank``.
    let sides: [Side]

    /// Why no map's key can have all that the selector asks for; `nil` if one can.
    let reasonAgainstMaps: Layout.Reason?

    /// Creates the region of a selector.
    init(_ selector: Selector) {
        family = selector.family
        var sides: [Side] = []
        var reasons: [Layout.Reason] = []
        for part in Selector.Part.allCases {
            switch selector.mapPart(part) {
            case .none, .rule: break
            case .key(let side): sides.append(side)
            case .impossible(let reason): reasons.append(reason)
            }
        }
        self.sides = sides.sorted { $0.field.rank < $1.field.rank }
        reasonAgainstMaps = reasons.first { $0 != .interfacePrefix } ?? reasons.first
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

extension Selector {
    /// Where something that a selector asks for is, if a map is used.
    fileprivate enum MapPart {
        /// Nothing is asked for.
        case none
        /// In the rule that looks up in the map; ``MapShape`` has it.
        case rule
        /// In the keys of the map.
        case key(Region.Side)
        /// Nowhere: no key can have it.
        case impossible(Layout.Reason)
    }

    fileprivate func mapPart(_ part: Part) -> MapPart {
        func key(_ field: KeyField, _ ranges: Ranges?) -> MapPart {
            ranges.map { .key(Region.Side(field: field, ranges: $0)) } ?? .none
        }
        func names(_ field: KeyField, _ patterns: [InterfacePattern]) -> MapPart {
            patterns.contains(where: \.isPrefix)
                ? .impossible(.interfacePrefix) : key(field, Ranges(names: patterns))
        }
        func addresses(_ field: (IPFamily) -> KeyField, _ addresses: AddressSet?) -> MapPart {
            family.map { key(field($0), addresses.map { Ranges($0) }) } ?? .none
        }
        return switch part {
        case .inputInterfaces: names(.inputInterface, inputInterfaces)
        case .outputInterfaces: names(.outputInterface, outputInterfaces)
        case .family, .isToThisMachine: .rule
        case .protocols: key(.transport, Ranges(protocols))
        case .users: key(.user, users.map { Ranges($0) })
        case .groups: key(.group, groups.map { Ranges($0) })
        case .cgroup: cgroup == nil ? .none : .impossible(.controlGroup)
        case .mark:
            mark.map { mark in
                Ranges(mark).map { key(.mark, $0) } ?? .impossible(.maskedMark)
            } ?? .none
        case .sourceAddresses: addresses(KeyField.sourceAddress, sourceAddresses)
        case .destinationAddresses: addresses(KeyField.destinationAddress, destinationAddresses)
        case .sourcePorts: key(.sourcePort, sourcePorts.map { Ranges($0) })
        case .destinationPorts: key(.destinationPort, destinationPorts.map { Ranges($0) })
        case .dscp: dscp == nil ? .none : .impossible(.codePoint)
        // The match of a redirect asks for none of these.
        case .original, .tracked, .member: .none
        }
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

    /// The numbers of protocols; `nil` if any will do.
    fileprivate init?(_ protocols: [TransportProtocol]) {
        guard !protocols.isEmpty else { return nil }
        self.init(protocols.map { UInt128($0.number)...UInt128($0.number) })
    }

    /// A mark, if all of its bits are asked for.
    fileprivate init?(_ mark: PacketMark) {
        guard mark.mask == .max else { return nil }
        self.init([UInt128(mark.value)...UInt128(mark.value)])
    }

    /// Whole names of interfaces; `nil` if any will do.
    fileprivate init?(names: [InterfacePattern]) {
        guard !names.isEmpty else { return nil }
        let numbers = names.map { KeyField.number(ofInterface: $0.name) }.sorted()
        self.init(numbers.map { $0...$0 })
    }
}
