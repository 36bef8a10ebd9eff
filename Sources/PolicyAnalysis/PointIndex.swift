import Addressing

/// Boxes of redirects, asked for those that contain a packet.
///
/// Boxes are sorted into tables by how many first bits of which dimensions they fix, as in the tuple
/// space search of packet classifiers. A packet is looked up once in each table, by the same bits of its own numbers.
/// Ranges are cut into prefixes for that; a box of very many prefixes is filed under the bits that all of
/// them have in common.
struct PointIndex {
    /// The boxes that were added, and whose they are.
    private(set) var boxes: [(owner: Int32, box: Box)] = []

    private var tables: [Table] = []
    private var places: [Shape: Int] = [:]

    /// The tables from wide to narrow: what contains much is asked first.
    private var order: [Int] = []

    /// The parts of all tables' shapes, those of a table together.
    private var parts: [Shape.Part] = []

    /// For each table 1024 bits, set for the hashes that it has, so that most others are told at once.
    private var filters: [UInt64] = []
    private static let filterWords = 16

    /// The last filed box for each hash of a table and its bits; the boxes themselves decide.
    private var heads = HeadTable()

    /// The box of each filing, and the filing before it with the same hash.
    private var chain: [(box: Int32, next: Int32)] = []

    private static let mostPrefixes = 64

    /// Adds a box.
    mutating func insert(_ box: Box, owner: Int) {
        let number = Int32(boxes.count)
        boxes.append((Int32(owner), box))
        for prefixes in Self.combinations(of: box) {
            let table = table(of: Shape(family: box.family, parts: prefixes.map(\.part)))
            let hash = prefixes.reduce(tables[table].seed) { Table.mix($0, $1.bits) }
            filters[Self.filterWord(table, hash)] |= 1 << (hash & 63)
            chain.append((number, heads.replace(hash, with: Int32(chain.count)) ?? -1))
        }
    }

    /// Calls a function with each box that contains a packet, wide ones first, until it returns `false`.
    func visit(containing point: Point, _ goesOn: (Int, Box) -> Bool) {
        for number in order where tables[number].family == point.family {
            var hash = tables[number].seed
            for index in tables[number].parts {
                let part = parts[index]
                hash = Table.mix(hash, point[part.dimension] &>> UInt128(part.shift))
            }
            guard filters[Self.filterWord(number, hash)] & 1 << (hash & 63) != 0,
                var next = heads[hash]
            else { continue }
            while next >= 0 {
                let entry = chain[Int(next)]
                let (owner, box) = boxes[Int(entry.box)]
                if box.contains(point), !goesOn(Int(owner), box) { return }
                next = entry.next
            }
        }
    }

    private static func filterWord(_ table: Int, _ hash: UInt64) -> Int {
        table * filterWords + Int(hash >> 6) & (filterWords - 1)
    }

    private mutating func table(of shape: Shape) -> Int {
        if let known = places[shape] { return known }
        let number = tables.count
        let start = parts.count
        parts += shape.parts
        tables.append(
            Table(
                family: shape.family,
                parts: start..<parts.count,
                bits: shape.bits,
                seed: Table.mix(0x9E37_79B9_7F4A_7C15, UInt128(number))
            )
        )
        filters += repeatElement(0, count: Self.filterWords)
        places[shape] = number
        let place = order.firstIndex { tables[$0].bits > shape.bits } ?? order.count
        order.insert(number, at: place)
        return number
    }

    /// The ways to choose one prefix for each side of a box.
    private static func combinations(of box: Box) -> [[Prefix]] {
        var combinations: [[Prefix]] = [[]]
        combinations[0].reserveCapacity(box.sides.count)
        for side in box.sides {
            let width = side.dimension.width(in: box.family)
            let intervals = side.numbers.intervals
            let range = intervals[0].lowerBound...intervals[intervals.count - 1].upperBound
            let hull = Prefix(around: range, side.dimension, width: width)
            var prefixes = [hull]
            // One number is its own hull.
            if range.lowerBound != range.upperBound, intervals.count <= mostPrefixes {
                let all = intervals.flatMap { $0.prefixes(side.dimension, width: width) }
                if all.count * combinations.count <= mostPrefixes { prefixes = all }
            }
            if prefixes.count > 1 {
                combinations = combinations.flatMap { combination in
                    prefixes.map { combination + [$0] }
                }
            } else if prefixes[0].part.bits > 0 {
                for index in combinations.indices { combinations[index].append(prefixes[0]) }
            }
        }
        return combinations
    }
}

/// Boxes that fix the same bits.
private struct Table {
    let family: IPFamily
    /// The parts of its shape, by their places.
    let parts: Range<Int>
    let bits: Int
    /// What its hashes begin with.
    let seed: UInt64

    static func mix(_ hash: UInt64, _ bits: UInt128) -> UInt64 {
        var mixed = hash ^ UInt64(truncatingIfNeeded: bits)
        mixed = (mixed ^ (mixed >> 31)) &* 0xBF58_476D_1CE4_E5B9
        mixed ^= UInt64(truncatingIfNeeded: bits >> 64)
        return (mixed ^ (mixed >> 29)) &* 0x94D0_49BB_1331_11EB
    }
}

/// A number for each of some hashes, with open addressing: a lookup of a hash that is not there is
/// several times as fast as in a dictionary.
private struct HeadTable {
    private var slots: [(hash: UInt64, number: Int32)] = Array(repeating: (0, -1), count: 64)
    private var count = 0

    /// The number of a hash; `nil` if there is none.
    subscript(hash: UInt64) -> Int32? {
        let number = slots[slot(of: hash)].number
        return number >= 0 ? number : nil
    }

    /// Sets the number of a hash.
    ///
    /// - Returns: The number that it had before.
    mutating func replace(_ hash: UInt64, with number: Int32) -> Int32? {
        let slot = slot(of: hash)
        let old = slots[slot].number
        slots[slot] = (hash, number)
        if old >= 0 { return old }
        count += 1
        if count * 2 > slots.count { grow() }
        return nil
    }

    /// The slot with a hash, or the free one for it.
    private func slot(of hash: UInt64) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash >> 32) & mask
        while slots[slot].number >= 0, slots[slot].hash != hash { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: (0, -1), count: old.count * 4)
        for entry in old where entry.number >= 0 { slots[slot(of: entry.hash)] = entry }
    }
}

/// Which first bits of which dimensions are fixed.
private struct Shape: Hashable {
    struct Part: Hashable {
        let dimension: Dimension
        /// How many last bits are not fixed.
        let shift: Int
        let bits: Int
    }

    let family: IPFamily
    let parts: [Part]

    var bits: Int { parts.reduce(0) { $0 + $1.bits } }
}

/// All numbers of a dimension with the same first bits.
private struct Prefix {
    let part: Shape.Part
    let bits: UInt128

    init(_ first: UInt128, length: Int, _ dimension: Dimension, width: Int) {
        part = Shape.Part(dimension: dimension, shift: width - length, bits: length)
        bits = length == 0 ? 0 : first >> UInt128(width - length)
    }

    /// The smallest one with all numbers of a range.
    init(around range: ClosedRange<UInt128>, _ dimension: Dimension, width: Int) {
        let differing = UInt128.bitWidth - (range.lowerBound ^ range.upperBound).leadingZeroBitCount
        self.init(range.lowerBound, length: width - differing, dimension, width: width)
    }
}

extension ClosedRange<UInt128> {
    /// The fewest prefixes that together are the range.
    fileprivate func prefixes(_ dimension: Dimension, width: Int) -> [Prefix] {
        var prefixes: [Prefix] = []
        var low = lowerBound
        while true {
            let rest = upperBound - low
            // As many bits as the number ends with zeros, and as fit.
            let fitting =
                rest == .max ? width : UInt128.bitWidth - (rest + 1).leadingZeroBitCount - 1
            let free = Swift.min(low == 0 ? width : low.trailingZeroBitCount, fitting, width)
            prefixes.append(Prefix(low, length: width - free, dimension, width: width))
            let size = free >= 128 ? UInt128.max : (UInt128(1) << UInt128(free)) - 1
            if size >= rest { return prefixes }
            low += size + 1
        }
    }
}
