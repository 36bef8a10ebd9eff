import Addressing
import TestSupport

/// Few values of each kind, so that what is made of them overlaps a lot.
struct PolicyValues {
    var random: SeededGenerator

    /// Whether there are hundreds of values instead, and long lists of them.
    let isWide: Bool

    /// How far apart the addresses of a wide values are: by so many bits.
    private let spread: [IPFamily: Int]

    init(seed: UInt64, isWide: Bool = false) {
        var random = SeededGenerator(seed: seed)
        spread = [
            .ipv4: [0, 4, 8, 11].randomElement(using: &random) ?? 0,
            .ipv6: [0, 20, 52, 100].randomElement(using: &random) ?? 0,
        ]
        self.random = random
        self.isWide = isWide
    }

    mutating func once(in times: Int) -> Bool { random.once(in: times) }

    mutating func number(in range: ClosedRange<Int>) -> Int { .random(in: range, using: &random) }

    mutating func one<Values: Collection>(of values: Values) -> Values.Element {
        values.randomElement(using: &random).unsafelyUnwrapped
    }

    /// One or more values.
    mutating func some<Value>(upTo most: Int = 3, _ value: (inout PolicyValues) -> Value) -> [Value]
    {
        let count = isWide ? number(in: 1...5 * most) : once(in: 2) ? 1 : number(in: 1...most)
        return (0..<count).map { _ in value(&self) }
    }
}

// MARK: - Addresses

extension PolicyValues {
    private static let size: UInt128 = 16

    /// An address among sixteen, or among five hundred that lie apart.
    mutating func address(_ family: IPFamily) -> IPAddress {
        let offset =
            isWide
            ? UInt128(number(in: 0...511) * 7919 % 65536) << UInt128(spread[family] ?? 0)
            : UInt128(number(in: 0...Int(Self.size - 1)))
        return IPAddress(family: family, bits: Self.base(family) + offset).unsafelyUnwrapped
    }

    /// One of three addresses that connections can be sent to; two of them are among the sixteen.
    mutating func target(_ family: IPFamily) -> IPAddress {
        let base = Self.base(family) + Self.size - 2
        return IPAddress(family: family, bits: base + UInt128(number(in: 0...2))).unsafelyUnwrapped
    }

    /// One of two addresses that connections can get as their source.
    mutating func source(_ family: IPFamily) -> IPAddress {
        let bits = Self.base(family) + 2 * Self.size + UInt128(number(in: 0...1))
        return IPAddress(family: family, bits: bits).unsafelyUnwrapped
    }

    /// An address, a prefix or a range, now and then one that takes in all the others.
    mutating func range(_ family: IPFamily) -> AddressRange {
        once(in: 6) ? wideRange(family) : narrowRange(family)
    }

    /// A range that takes in most others.
    mutating func wideRange(_ family: IPFamily) -> AddressRange {
        if once(in: 4) { return AddressRange.all(of: family) }
        let length = isWide ? number(in: 14...18) + (spread[family] ?? 0) : number(in: 5...24)
        return prefix(family, address(family).bits, length: length)
    }

    /// A range that takes in few others.
    mutating func narrowRange(_ family: IPFamily) -> AddressRange {
        let bits = address(family).bits
        switch number(in: 0...4) {
        case 0...1: return prefix(family, bits, length: 0)
        case 2...3: return prefix(family, bits, length: number(in: 0...4))
        default:
            let other = isWide ? bits + UInt128(number(in: 0...99)) : address(family).bits
            let bits = min(bits, other)...max(bits, other)
            return AddressRange(family: family, bits: bits).unsafelyUnwrapped
        }
    }

    /// Prefixes of two to sixteen addresses that move together, now and then into each other.
    mutating func move(_ family: IPFamily) -> PrefixMove {
        let length = number(in: 1...4)
        return PrefixMove(
            prefix(family, address(family).bits, length: length),
            to: prefix(family, target(family).bits, length: length)
        ).unsafelyUnwrapped
    }

    /// All that has the same bits but for the last ones.
    private func prefix(_ family: IPFamily, _ bits: UInt128, length: Int) -> AddressRange {
        let hosts = (UInt128(1) << UInt128(length)) - 1
        return AddressRange(family: family, bits: (bits & ~hosts)...(bits | hosts))
            .unsafelyUnwrapped
    }

    private static func base(_ family: IPFamily) -> UInt128 {
        switch family {
        case .ipv4: 0x0A00_0000
        case .ipv6: 0xFD00 << 112
        }
    }
}

// MARK: - Ports

extension PolicyValues {
    /// A port among ten, seldom the lowest or the highest there is.
    mutating func port() -> Port {
        let number =
            once(in: 12)
            ? one(of: [1, 65535]) : isWide ? 80 + 127 * number(in: 0...499) : 80 + number(in: 0...9)
        return Port(UInt16(number)).unsafelyUnwrapped
    }

    mutating func portRange() -> ClosedRange<Port> {
        let (first, second) = (port(), once(in: 2) ? nil : port())
        guard let second else { return first...first }
        return min(first, second)...max(first, second)
    }

    /// A range that takes in most others.
    mutating func widePortRange() -> ClosedRange<Port> {
        let ends = [one(of: [1, 80]), one(of: [40_000, 65535])].compactMap { Port($0) }
        return ends[0]...ends[1]
    }

    /// A range that takes in few others.
    mutating func narrowPortRange() -> ClosedRange<Port> {
        guard isWide else { return portRange() }
        let first = port()
        return first...(Port(first.number | 31) ?? first)
    }

    /// Ports that move together: few, and now and then into each other.
    mutating func shift() -> PortShift {
        // Long ones share a map.
        let last = UInt16(once(in: 8) ? number(in: 1024...1040) : number(in: 1...4))
        let starts = [Port(80 + UInt16(number(in: 0...5))), Port(80 + UInt16(number(in: 0...20)))]
            .map(\.unsafelyUnwrapped)
        let ranges = starts.map { $0...Port($0.number + last).unsafelyUnwrapped }
        return PortShift(ranges[0], to: ranges[1]).unsafelyUnwrapped
    }
}

// MARK: - Everything else

extension PolicyValues {
    mutating func interface() -> InterfacePattern {
        let names = ["eth0", "eth1", "eth", "wg0", "wg", "e"]
        return InterfacePattern(name: one(of: names), isPrefix: once(in: 2))
    }

    mutating func ids() -> ClosedRange<UInt32> {
        let ends: [UInt32] = [0, 1, 2, 3, 4, 5, 256, 4_294_967_294]
        let (first, second) = (one(of: ends), once(in: 2) ? nil : one(of: ends))
        guard let second else { return first...first }
        return min(first, second)...max(first, second)
    }

    mutating func cgroup() -> CgroupPath {
        CgroupPath(one(of: ["a", "a/b", "a/b/c", "a/c", "b", "ab"])).unsafelyUnwrapped
    }

    mutating func mark(masked: Bool) -> PacketMark {
        let mask: UInt32 = masked ? one(of: [.max, 0xFF, 0xF0, 0x1, 0x8000_0000]) : .max
        let value: UInt32 = one(of: [0, 1, 0x10, 0x11, 0x8000_0001]) & mask
        return PacketMark(value: value, mask: mask).unsafelyUnwrapped
    }

    mutating func log() -> PacketLog {
        PacketLog(
            prefix: one(of: ["one ", "two "]),
            destination: once(in: 2) ? .group(UInt16(number(in: 0...1))) : .kernel(.info),
            rate: once(in: 2) ? nil : LogRate(count: 9, unit: .second)
        )
    }
}
