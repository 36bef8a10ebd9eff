public import Addressing
import PolicyModel

extension AddressSet {
    /// The numbers of the addresses of a family.
    func numbers(of family: IPFamily) -> IntervalSet<UInt128> {
        IntervalSet(ranges.filter { $0.family == family }.map(\.bits))
    }

    /// Creates a set from the numbers of addresses.
    init(_ numbers: [IPFamily: IntervalSet<UInt128>]) {
        self.init(
            IPFamily.allCases.flatMap { family in
                (numbers[family]?.intervals ?? []).compactMap {
                    AddressRange(family: family, bits: $0)
                }
            }
        )
    }

    /// The addresses that are in both; `nil` if there are none.
    func common(with other: AddressSet) -> AddressSet? {
        if self == other { return self }
        let common = combined(with: other) { $0.intersection($1) }
        return common.isEmpty ? nil : common
    }

    /// The addresses that are not in another set.
    func subtracting(_ other: AddressSet) -> AddressSet {
        combined(with: other) { $0.subtracting($1) }
    }

    /// The addresses that are in either.
    func union(_ other: AddressSet) -> AddressSet { AddressSet(ranges + other.ranges) }

    private func combined(
        with other: AddressSet,
        _ combine: (IntervalSet<UInt128>, IntervalSet<UInt128>) -> IntervalSet<UInt128>
    ) -> AddressSet {
        var numbers: [IPFamily: IntervalSet<UInt128>] = [:]
        for family in IPFamily.allCases {
            numbers[family] = combine(self.numbers(of: family), other.numbers(of: family))
        }
        return AddressSet(numbers)
    }

    /// All other addresses of some families.
    func complement(in families: Set<IPFamily>) -> AddressSet {
        AddressSet(families.sorted().map { AddressRange.all(of: $0) }).subtracting(self)
    }

    /// Whether it has all of some addresses; `nil` stands for all addresses of a match's families.
    func covers(_ match: Match, _ addresses: AddressSet?) -> Bool {
        guard let addresses else { return match.families.allSatisfy { coversAll(of: $0) } }
        return addresses == self
            || !isDisjoint(with: addresses) && addresses.subtracting(self).isEmpty
    }
}

extension PortSet {
    /// The numbers of the ports.
    var numbers: IntervalSet<UInt16> {
        IntervalSet(ranges.map { $0.lowerBound.number...$0.upperBound.number })
    }

    /// Creates a set from the numbers of ports; `nil` if that is none.
    init?(_ numbers: IntervalSet<UInt16>) {
        let ranges = numbers.intervals.compactMap { numbers -> ClosedRange<Port>? in
            guard let first = Port(max(1, numbers.lowerBound)), let last = Port(numbers.upperBound)
            else { return nil }
            return first...last
        }
        guard !ranges.isEmpty else { return nil }
        self.init(ranges)
    }

    /// Whether the two have a port in common.
    func overlaps(_ other: PortSet) -> Bool {
        if let mine = onlyRange, let theirs = other.onlyRange { return mine.overlaps(theirs) }
        return !numbers.isDisjoint(with: other.numbers)
    }

    /// The ports that are in both; `nil` if there are none.
    func common(with other: PortSet) -> PortSet? {
        PortSet(numbers.intersection(other.numbers))
    }

    /// The ports that are not in another set; `nil` if there are none.
    func subtracting(_ other: PortSet) -> PortSet? {
        PortSet(numbers.subtracting(other.numbers))
    }

    /// All ports.
    static var all: PortSet? { PortSet(IntervalSet([1...UInt16.max])) }
}

extension PacketMark {
    /// The mark that has the bits of both; `nil` if they contradict each other.
    func common(with other: PacketMark) -> PacketMark? {
        let both = mask & other.mask
        guard value & both == other.value & both else { return nil }
        return PacketMark(value: value | other.value, mask: mask | other.mask)
    }
}

extension Set<InterfacePattern> {
    /// The names that are in both.
    func common(with other: Set<InterfacePattern>) -> Set<InterfacePattern> {
        var common: Set<InterfacePattern> = []
        for mine in self {
            for theirs in other {
                if mine.includes(theirs) {
                    common.insert(theirs)
                } else if theirs.includes(mine) {
                    common.insert(mine)
                }
            }
        }
        return common
    }
}

extension InterfacePattern {
    fileprivate func includes(_ other: InterfacePattern) -> Bool {
        isPrefix ? other.name.hasPrefix(name) : self == other
    }

    /// Reads a name, or a beginning that ends with a character; `nil` if a policy can't have it.
    public init?(_ text: some StringProtocol, beginningEndsWith wildcard: Character) {
        let isPrefix = text.last == wildcard
        let name = String(isPrefix ? text.dropLast() : text[...])
        guard !name.isEmpty, text.utf8.count <= 15, name != ".", name != "..",
            name.utf8.allSatisfy({ byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "._-".utf8.contains(byte)
                }
            })
        else { return nil }
        self.init(name: name, isPrefix: isPrefix)
    }
}
