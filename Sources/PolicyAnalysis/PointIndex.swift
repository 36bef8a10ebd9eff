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

    /// Tables from wide to narrow: what contains much is asked first.
    private var tables: [Table] = []
    private var places: [Shape: Int] = [:]
    private var order: [Int] = []

    /// The previous box with the same bits, for each filed one.
    private var chain: [(box: Int32, next: Int32)] = []

    private static let mostPrefixes = 64

    /// Adds a box.
    mutating func insert(_ box: Box, owner: Int) {
        let number = Int32(boxes.count)
        boxes.append((Int32(owner), box))
        for prefixes in Self.combinations(of: box) {
            let shape = Shape(family: box.family, parts: prefixes.map(\.part))
            let hash = prefixes.reduce(Table.seed) { Table.mix($0, $1.bits) }
            let table = table(of: shape)
            let next = tables[table].first[hash] ?? -1
            chain.append((number, next))
            tables[table].first[hash] = Int32(chain.count - 1)
        }
    }

    /// The owner of a box that contains a packet, of a wide box if there are several.
    func owner(containing point: Point) -> Int? {
        var found: Int?
        visit(containing: point) { owner, _ in
            found = owner
            return false
        }
        return found
    }

    /// Calls a function with each box that contains a packet, until it returns `false`.
    func visit(containing point: Point, _ goesOn: (Int, Box) -> Bool) {
        for place in order {
            let table = tables[place]
            guard table.shape.family == point.family else { continue }
            var hash = Table.seed
            for part in table.shape.parts {
                hash = Table.mix(hash, point[part.dimension] >> UInt128(part.shift))
            }
            var next = table.first[hash] ?? -1
            while next >= 0 {
                let entry = chain[Int(next)]
                let (owner, box) = boxes[Int(entry.box)]
                if box.contains(point), !goesOn(Int(owner), box) { return }
                next = entry.next
            }
        }
    }

    private mutating func table(of shape: Shape) -> Int {
        if let known = places[shape] { return known }
        tables.append(Table(shape: shape))
        places[shape] = tables.count - 1
        let bits = shape.bits
        let place = order.firstIndex { tables[$0].shape.bits > bits } ?? order.count
        order.insert(tables.count - 1, at: place)
        return tables.count - 1
    }

    /// The ways to choose one prefix for each side of a box.
    private static func combinations(of box: Box) -> [[Prefix]] {
        var combinations: [[Prefix]] = [[]]
        for side in box.sides {
            let width = side.dimension.width(in: box.family)
            let intervals = side.numbers.intervals
            var prefixes: [Prefix]?
            if intervals.count <= mostPrefixes {
                let all = intervals.flatMap { $0.prefixes(side.dimension, width: width) }
                if all.count * combinations.count <= mostPrefixes { prefixes = all }
            }
            if let prefixes {
                combinations = combinations.flatMap { combination in
                    prefixes.map { combination + [$0] }
                }
            } else {
                let hull = intervals[0].lowerBound...intervals[intervals.count - 1].upperBound
                let prefix = Prefix(around: hull, side.dimension, width: width)
                for index in combinations.indices { combinations[index].append(prefix) }
            }
        }
        return combinations
    }
}

/// The boxes that fix the same bits.
private struct Table {
    let shape: Shape

    /// The last box for each value of the bits, by a hash of them; the boxes themselves decide.
    var first: [UInt64: Int32] = [:]

    static let seed: UInt64 = 0x9E37_79B9_7F4A_7C15

    static func mix(_ hash: UInt64, _ bits: UInt128) -> UInt64 {
        var mixed = hash ^ UInt64(truncatingIfNeeded: bits)
        mixed = (mixed ^ (mixed >> 31)) &* 0xBF58_476D_1CE4_E5B9
        mixed ^= UInt64(truncatingIfNeeded: bits >> 64)
        return (mixed ^ (mixed >> 29)) &* 0x94D0_49BB_1331_11EB
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
