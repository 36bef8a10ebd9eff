import Addressing
import PolicyModel

/// All first packets of one family whose properties are in given sets, each by itself.
///
/// Matches are unions of boxes, and what remains of a box when another is taken away is a few boxes.
/// So every question about policies can be answered exactly.
struct Box: Hashable, Sendable {
    /// A dimension, and the numbers that it may have; never empty.
    struct Side: Hashable, Sendable {
        let dimension: Dimension
        var numbers: NumberSet
    }

    /// The family of the packets.
    let family: IPFamily

    /// The conditions, in the order of their dimensions; what is not there may be anything.
    private(set) var sides: [Side] = []

    /// The condition for the packet's mark; it is no set of intervals.
    private(set) var mark = MarkBits()

    /// All packets of a family.
    init(family: IPFamily) {
        self.family = family
    }

    /// The numbers of a dimension; `nil` if it may be anything.
    subscript(dimension: Dimension) -> NumberSet? {
        sides.first { $0.dimension == dimension }?.numbers
    }

    /// Leaves only the packets with certain numbers; `false` if there are none.
    mutating func narrow(_ dimension: Dimension, to numbers: NumberSet) -> Bool {
        if numbers.intervals.first == dimension.all(in: family) { return true }
        let place = sides.firstIndex { $0.dimension >= dimension } ?? sides.count
        guard place < sides.count, sides[place].dimension == dimension else {
            sides.insert(Side(dimension: dimension, numbers: numbers), at: place)
            return !numbers.isEmpty
        }
        sides[place].numbers = sides[place].numbers.intersection(numbers)
        return !sides[place].numbers.isEmpty
    }

    /// Leaves only the packets with certain bits in their mark; `false` if there are none.
    mutating func narrow(markTo bits: MarkBits) -> Bool {
        guard let both = mark.intersection(bits) else { return false }
        mark = both
        return true
    }
}

// MARK: - Algebra

extension Box {
    /// The box without the condition on a dimension.
    func without(_ dimension: Dimension) -> Box {
        var box = self
        box.sides.removeAll { $0.dimension == dimension }
        return box
    }

    /// The packets in both; `nil` if there are none.
    func intersection(_ other: Box) -> Box? {
        guard overlaps(other) else { return nil }
        var both = self
        for side in other.sides where !both.narrow(side.dimension, to: side.numbers) { return nil }
        return both.narrow(markTo: other.mark) ? both : nil
    }

    /// Whether a packet is in both.
    func overlaps(_ other: Box) -> Bool {
        guard family == other.family, mark.intersection(other.mark) != nil else { return false }
        return pairs(with: other) { !$0.isDisjoint(with: $1) }
    }

    /// Whether every packet of another box is in this one.
    func contains(_ other: Box) -> Bool {
        guard family == other.family, other.mark.isWithin(mark) else { return false }
        return sides.allSatisfy { side in
            other[side.dimension].map { side.numbers.isSuperset(of: $0) } ?? false
        }
    }

    /// Boxes, disjoint from one another, with the packets that are not in another box.
    func subtracting(_ other: Box) -> [Box] {
        guard overlaps(other) else { return [self] }
        var rest: [Box] = []
        var inside = self
        for side in other.sides {
            let mine = inside[side.dimension]
            let outside =
                (mine ?? NumberSet([side.dimension.all(in: family)]))
                .subtracting(side.numbers)
            guard !outside.isEmpty else { continue }
            var piece = inside
            piece.set(side.dimension, outside)
            rest.append(piece)
            inside.set(side.dimension, mine?.intersection(side.numbers) ?? side.numbers)
        }
        for bits in inside.mark.subtracting(other.mark) {
            var piece = inside
            piece.mark = bits
            rest.append(piece)
        }
        return rest
    }

    private mutating func set(_ dimension: Dimension, _ numbers: NumberSet) {
        let place = sides.firstIndex { $0.dimension >= dimension } ?? sides.count
        if place < sides.count, sides[place].dimension == dimension {
            sides[place].numbers = numbers
        } else {
            sides.insert(Side(dimension: dimension, numbers: numbers), at: place)
        }
    }

    /// Whether something is true of the numbers of each dimension that both boxes restrict.
    private func pairs(with other: Box, _ isTrue: (NumberSet, NumberSet) -> Bool) -> Bool {
        var (mine, theirs) = (sides[...], other.sides[...])
        while let one = mine.first, let another = theirs.first {
            if one.dimension == another.dimension, !isTrue(one.numbers, another.numbers) {
                return false
            }
            if one.dimension <= another.dimension { mine.removeFirst() }
            if another.dimension <= one.dimension { theirs.removeFirst() }
        }
        return true
    }
}

extension [Box] {
    /// The packets of these boxes that are in none of some others.
    ///
    /// - Returns: `nil` if that would take more than `most` boxes.
    func subtracting(_ others: [Box], most: Int) -> [Box]? {
        var rest = self
        for other in others {
            rest = rest.flatMap { $0.subtracting(other) }
            if rest.count > most { return nil }
        }
        return rest
    }
}

/// A condition for a packet's mark: the value of the bits under a mask.
struct MarkBits: Hashable, Sendable {
    private(set) var value: UInt32 = 0
    private(set) var mask: UInt32 = 0

    /// Asks for nothing.
    init() {}

    /// What a policy asks for.
    init(_ mark: PacketMark) {
        (value, mask) = (mark.value, mark.mask)
    }

    /// The condition that both conditions hold; `nil` if they contradict each other.
    func intersection(_ other: MarkBits) -> MarkBits? {
        guard (value ^ other.value) & mask & other.mask == 0 else { return nil }
        var both = self
        both.value |= other.value
        both.mask |= other.mask
        return both
    }

    /// Whether every mark of this condition is one of another.
    func isWithin(_ other: MarkBits) -> Bool {
        mask & other.mask == other.mask && value & other.mask == other.value
    }

    /// Whether a mark meets the condition.
    func contains(_ mark: UInt32) -> Bool { mark & mask == value }

    /// Conditions for the marks that another condition leaves out; they exclude one another.
    func subtracting(_ other: MarkBits) -> [MarkBits] {
        var rest: [MarkBits] = []
        var inside = self
        var bits = other.mask & ~mask
        while bits != 0 {
            let bit = bits & (~bits + 1)
            var outside = inside
            outside.mask |= bit
            outside.value |= ~other.value & bit
            rest.append(outside)
            inside.mask |= bit
            inside.value |= other.value & bit
            bits &= ~bit
        }
        return rest
    }
}
