internal import Addressing
internal import CNetfilter
internal import RulesetModel

extension IPFamily {
    /// The family of a number of <linux/netfilter.h>.
    init?(number: UInt128) {
        switch number {
        case UInt128(CNETFILTER_IPV4.rawValue): self = .ipv4
        case UInt128(CNETFILTER_IPV6.rawValue): self = .ipv6
        default: return nil
        }
    }
}

extension TransportProtocol {
    /// The protocols of these numbers; `nil` if one is none of ours.
    static func all(_ ranges: [ClosedRange<UInt128>]) -> [TransportProtocol]? {
        let protocols = allCases.filter { transport in
            ranges.contains { $0.contains(UInt128(transport.number)) }
        }
        let count = ranges.reduce(into: UInt128(0)) { $0 += $1.upperBound - $1.lowerBound + 1 }
        return !protocols.isEmpty && count == protocols.count ? protocols : nil
    }
}

extension AddressSet {
    /// The addresses of these numbers.
    init?(_ family: IPFamily, _ numbers: [ClosedRange<UInt128>]) {
        let ranges = numbers.compactMap { AddressRange(family: family, bits: $0) }
        guard !ranges.isEmpty, ranges.count == numbers.count else { return nil }
        self.init(ranges)
    }
}

extension Port {
    /// The port of a number.
    init?(number: UInt128) {
        guard let number = UInt16(exactly: number) else { return nil }
        self.init(number)
    }
}

extension PortSet {
    /// The ports of these numbers.
    init?(ranges: [ClosedRange<UInt128>]) {
        let ports = ranges.compactMap { range -> PortRange? in
            guard let first = Port(number: range.lowerBound),
                let last = Port(number: range.upperBound)
            else { return nil }
            return first...last
        }
        guard !ports.isEmpty, ports.count == ranges.count else { return nil }
        self.init(ports)
    }
}

extension IntervalSet<UInt32> {
    /// The numbers of these ranges.
    init?(ranges: [ClosedRange<UInt128>]) {
        let intervals = ranges.compactMap { range -> ClosedRange<UInt32>? in
            guard let first = UInt32(exactly: range.lowerBound),
                let last = UInt32(exactly: range.upperBound)
            else { return nil }
            return first...last
        }
        guard !intervals.isEmpty, intervals.count == ranges.count else { return nil }
        self.init(intervals)
    }
}

extension PacketMark {
    /// The mark that a condition asks for.
    init?(_ condition: Condition) {
        let (value, mask): (UInt128, UInt128)
        if let single = condition.single {
            (value, mask) = (single, UInt128(UInt32.max))
        } else if case .masked(let bits, let wanted) = condition {
            (value, mask) = (wanted, bits)
        } else {
            return nil
        }
        guard let value = UInt32(exactly: value), let mask = UInt32(exactly: mask) else {
            return nil
        }
        self.init(value: value, mask: mask)
    }
}

extension ConnectionLabel {
    /// The label whose bit is the only one in a number; `nil` if there is none, or more than one.
    init?(onlyBitOf bits: UInt128) {
        guard bits.nonzeroBitCount == 1 else { return nil }
        self.init(bit: UInt8(bits.trailingZeroBitCount))
    }
}

extension InterfacePattern {
    /// Of more names in a row nobody has written every one.
    private static let most = 256

    /// The names in these ranges of 16 bytes, sorted.
    ///
    /// Sets of names are sets of ranges as soon as one is the beginning of several.
    static func all(_ ranges: [ClosedRange<UInt128>]) -> [InterfacePattern]? {
        var patterns: [InterfacePattern] = []
        for range in ranges {
            var first = range.lowerBound
            while true {
                let free = freeBytes(from: first, to: range.upperBound)
                let last = first | ((UInt128(1) << UInt128(8 * free)) - 1)
                guard patterns.count < most,
                    let pattern = InterfacePattern(bits: first, freeBytes: free)
                else { return nil }
                patterns.append(pattern)
                guard last < range.upperBound else { break }
                first = last + 1
            }
        }
        return patterns.sorted()
    }

    /// How many bytes at the end can be anything without leaving the range.
    private static func freeBytes(from first: UInt128, to last: UInt128) -> Int {
        var free = 0
        while free < 15 {
            let ones = (UInt128(1) << UInt128(8 * (free + 1))) - 1
            guard first & ones == 0, first | ones <= last else { break }
            free += 1
        }
        return free
    }

    /// A name that nft's language can say.
    private init?(bits: UInt128, freeBytes: Int) {
        let bytes = withUnsafeBytes(of: bits.bigEndian) { Array($0.prefix(16 - freeBytes)) }
        let name = freeBytes == 0 ? bytes.prefix { $0 != 0 } : bytes[...]
        guard !name.isEmpty, name.count < 16, bytes[name.count...].allSatisfy({ $0 == 0 }),
            !name.contains(where: { $0 <= 0x20 || #""*\"#.utf8.contains($0) || $0 == 0x7F }),
            let name = String(validating: name, as: UTF8.self)
        else { return nil }
        self.init(name: name, isPrefix: freeBytes > 0)
    }
}
