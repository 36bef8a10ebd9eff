import Addressing
import RulesetModel

/// A block of numbers of a field that have their first bits in common, as a prefix has.
///
/// Two blocks overlap exactly if one is part of the other, so that looking for what overlaps a
/// block is looking up its first bits. Lengths are few, so that there are few ways to look.
struct Block {
    /// Blocks of one kind differ in their bits only.
    struct Kind: Hashable {
        let field: KeyField

        /// How many first bits its numbers have in common.
        let length: Int

        /// Whether the block is what was asked for, and not only what holds it.
        let isExact: Bool
    }

    let kind: Kind

    /// The lowest number.
    let bits: UInt128

    /// The smallest block of one of the lengths that holds a range.
    init(of range: ClosedRange<UInt128>, in field: KeyField) {
        let width = 8 * field.length
        let differing = range.lowerBound ^ range.upperBound
        let common = width - (UInt128.bitWidth - differing.leadingZeroBitCount)
        let length = field.blockLengths.last { $0 <= common } ?? 0
        bits = Self.clear(range.lowerBound, after: length, of: width)
        let rest = width - length
        let last = rest >= 128 ? UInt128.max : bits | ((UInt128(1) << UInt128(rest)) - 1)
        kind = Kind(
            field: field,
            length: length,
            isExact: range.lowerBound == bits && range.upperBound == last
        )
    }

    /// A number with only its first bits left.
    static func clear(_ number: UInt128, after length: Int, of width: Int) -> UInt128 {
        let rest = width - length
        return rest >= 128 ? 0 : (number >> UInt128(rest)) << UInt128(rest)
    }
}

extension KeyField {
    /// The lengths of blocks, ascending.
    fileprivate var blockLengths: [Int] {
        switch self {
        case .sourceAddress(.ipv4), .destinationAddress(.ipv4): [8, 16, 24, 32]
        case .sourceAddress(.ipv6), .destinationAddress(.ipv6): [16, 32, 48, 64, 128]
        case .sourcePort, .destinationPort: [2, 4, 6, 8, 10, 12, 14, 16]
        case .transport: [8]
        case .user, .group, .mark: [32]
        case .inputInterface, .outputInterface: [128]
        }
    }
}

extension Region {
    /// Blocks that together hold the region: one for each of some fields, in several combinations.
    var blocks: [[Block]] {
        let isWide = sides.reduce(1) { $0 * Swift.min($1.ranges.count, 1000) } > Self.mostBlocks
        var combinations: [[Block]] = [[]]
        for side in sides {
            switch side.ranges {
            case .several(let ranges) where !isWide:
                let blocks = ranges.map { Block(of: $0, in: side.field) }
                combinations = combinations.flatMap { combination in
                    blocks.map { combination + [$0] }
                }
            case .one, .several:
                let block = Block(of: side.ranges.hull, in: side.field)
                for index in combinations.indices { combinations[index].append(block) }
            }
        }
        return combinations
    }

    private static let mostBlocks = 64
}
