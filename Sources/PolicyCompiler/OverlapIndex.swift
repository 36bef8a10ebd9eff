import Addressing
import RulesetModel

/// Regions in groups, each with a number, and the highest number among those that overlap another.
///
/// Regions are kept by the blocks that hold them (``Block``): there is a table for each combination of
/// kinds of block, and a region is looked up there by the first bits that both have. If those don't
/// decide, the regions themselves do; and where these are too many, it is taken for an overlap.
struct OverlapIndex {
    /// A region with its group, ready for being looked up and added.
    struct Entry {
        let region: Region
        let group: Int

        /// Whether it takes part in the distances for strict ones.
        let isStrict: Bool

        /// The tables it belongs to, each with the bits of its blocks.
        fileprivate var places: [(table: Int, bits: [UInt128])] = []
    }

    /// What is added to the number of an overlapping region: one that is strict, and any other.
    struct Distance {
        let plain: Int
        let strict: Int
    }

    private var tables: [Table] = []
    private var tablePlaces: [Table.Key: Int] = [:]
    private var projections: [Pair: Projection] = [:]
    private var members: [Member] = []

    private struct Pair: Hashable {
        let mine: Int
        let theirs: Int
    }

    private struct Member {
        let region: Region
        let number: Int
        let isStrict: Bool
    }

    private static let mostComparisons = 512
}

extension OverlapIndex {
    /// Prepares a region.
    mutating func entry(for region: Region, group: Int, isStrict: Bool) -> Entry {
        var entry = Entry(region: region, group: group, isStrict: isStrict)
        for blocks in region.blocks {
            let key = Table.Key(group: group, family: region.family, kinds: blocks.map(\.kind))
            let table = tablePlaces[key] ?? tables.count
            if table == tables.count {
                tables.append(Table(key: key))
                tablePlaces[key] = table
            }
            entry.places.append((table, blocks.map(\.bits)))
        }
        return entry
    }

    /// Adds a region with its number.
    mutating func insert(_ entry: Entry, number: Int) {
        members.append(Member(region: entry.region, number: number, isStrict: entry.isStrict))
        for place in entry.places {
            tables[place.table].insert(
                place.bits,
                member: members.count - 1,
                number: number,
                isStrict: entry.isStrict
            )
        }
    }

    /// The highest number, distance included, among the regions that overlap one, and at least `least`.
    mutating func highest(
        overlapping entry: Entry,
        atLeast least: Int,
        sameGroup: Distance,
        otherGroup: Distance
    ) -> Int {
        var highest = least
        for index in tables.indices {
            let key = tables[index].key
            let distance = key.group == entry.group ? sameGroup : otherGroup
            // Most of the work is not done: what can't raise the number is not looked for.
            guard tables[index].highest.number(distance) > highest,
                key.isCompatible(with: entry.region.family)
            else { continue }
            for place in entry.places {
                let projection = projection(from: place.table, onto: index)
                let cell = tables[index].cell(of: place.bits, by: projection)
                guard let cell, cell.highest.number(distance) > highest else { continue }
                if projection.isExact || cell.members.count > Self.mostComparisons {
                    highest = cell.highest.number(distance)
                    continue
                }
                for place in cell.members {
                    let member = members[place]
                    let number =
                        member.number + (member.isStrict ? distance.strict : distance.plain)
                    if number > highest, member.region.overlaps(entry.region) { highest = number }
                }
            }
        }
        return highest
    }

    /// The places of regions that overlap one, in the order in which they were added, of many only some,
    /// and how many comparisons it took to find them.
    mutating func members(
        overlapping entry: Entry,
        atMost most: Int
    ) -> (members: [Int], comparisons: Int) {
        var found: Set<Int> = []
        var comparisons = 0
        for index in tables.indices where tables[index].key.isCompatible(with: entry.region.family)
        {
            for place in entry.places {
                let projection = projection(from: place.table, onto: index)
                guard let cell = tables[index].cell(of: place.bits, by: projection) else {
                    continue
                }
                for member in cell.members {
                    if found.count >= most { return (found.sorted(), comparisons) }
                    comparisons += 1
                    if projection.isExact || members[member].region.overlaps(entry.region) {
                        found.insert(member)
                    }
                }
            }
        }
        return (found.sorted(), comparisons)
    }

    private mutating func projection(from mine: Int, onto theirs: Int) -> Projection {
        let pair = Pair(mine: mine, theirs: theirs)
        if let known = projections[pair] { return known }
        let projection = Projection(tables[mine].key.kinds, tables[theirs].key.kinds)
        projections[pair] = projection
        return projection
    }
}

/// The first bits that blocks of two combinations of kinds must have in common to overlap.
private struct Projection {
    /// For each field that both have: the blocks' places, and how much of them is compared.
    let parts: [(mine: Int, theirs: BlockPart)]

    /// What is compared, from their side.
    let key: [BlockPart]

    /// Whether having these bits in common is overlapping.
    let isExact: Bool

    init(_ mine: [Block.Kind], _ theirs: [Block.Kind]) {
        var parts: [(mine: Int, theirs: BlockPart)] = []
        var isExact = true
        for (index, kind) in mine.enumerated() {
            guard let other = theirs.firstIndex(where: { $0.field.rank == kind.field.rank }) else {
                continue
            }
            isExact = isExact && kind.isExact && theirs[other].isExact
            let length = min(kind.length, theirs[other].length)
            guard length > 0 else { continue }
            let part = BlockPart(index: other, length: length, width: 8 * kind.field.length)
            parts.append((index, part))
        }
        self.parts = parts
        self.isExact = isExact
        key = parts.map(\.theirs)
    }
}

/// The first bits of one block of several.
private struct BlockPart: Hashable {
    let index: Int
    let length: Int
    let width: Int

    func bits(_ bits: UInt128) -> UInt128 { Block.clear(bits, after: length, of: width) }
}

/// The numbers of some regions: the highest of those that are strict, and of the others.
private struct Highest {
    private var strict = Int.min
    private var plain = Int.min

    mutating func include(_ number: Int, isStrict: Bool) {
        if isStrict { strict = max(strict, number) } else { plain = max(plain, number) }
    }

    func number(_ distance: OverlapIndex.Distance) -> Int {
        max(
            plain == .min ? .min : plain + distance.plain,
            strict == .min ? .min : strict + distance.strict
        )
    }
}

/// The regions of one group whose blocks are of the same kinds.
private struct Table {
    struct Key: Hashable {
        let group: Int
        let family: IPFamily?
        let kinds: [Block.Kind]

        func isCompatible(with other: IPFamily?) -> Bool {
            family == nil || other == nil || family == other
        }
    }

    struct Cell {
        private(set) var highest = Highest()
        private(set) var members: [Int] = []

        fileprivate mutating func add(_ entry: Entry) {
            highest.include(entry.number, isStrict: entry.isStrict)
            members.append(entry.member)
        }
    }

    fileprivate struct Entry {
        let bits: [UInt128]
        let member: Int
        let number: Int
        let isStrict: Bool
    }

    let key: Key
    private(set) var highest = Highest()
    private var entries: [Entry] = []

    /// The regions by the first bits of their blocks, in each way in which they were asked for.
    private var views: [(key: [BlockPart], cells: [[UInt128]: Cell])] = []

    init(key: Key) {
        self.key = key
    }

    mutating func insert(_ bits: [UInt128], member: Int, number: Int, isStrict: Bool) {
        highest.include(number, isStrict: isStrict)
        let entry = Entry(bits: bits, member: member, number: number, isStrict: isStrict)
        entries.append(entry)
        for index in views.indices {
            Self.add(entry, to: &views[index].cells, by: views[index].key)
        }
    }

    /// The regions that have the same first bits; they are only sorted by them when first asked for.
    mutating func cell(of bits: [UInt128], by projection: Projection) -> Cell? {
        let key = projection.key
        let known = views.firstIndex { $0.key == key }
        if known == nil {
            var cells: [[UInt128]: Cell] = [:]
            for entry in entries { Self.add(entry, to: &cells, by: key) }
            views.append((key, cells))
        }
        let bits = projection.parts.map { $0.theirs.bits(bits[$0.mine]) }
        return views[known ?? views.count - 1].cells[bits]
    }

    private static func add(
        _ entry: Entry,
        to cells: inout [[UInt128]: Cell],
        by key: [BlockPart]
    ) {
        let bits = key.map { $0.bits(entry.bits[$0.index]) }
        cells[bits, default: Cell()].add(entry)
    }
}
