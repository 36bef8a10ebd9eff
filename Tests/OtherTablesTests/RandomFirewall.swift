import Addressing
import OtherTables
import TestSupport

/// Makes rules and packets whose few addresses and ports often meet.
struct RandomFirewall {
    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// A firewall whose base chain at `input` calls others.
    mutating func firewall(family: OtherTable.Family) -> Firewall {
        var table = OtherTable(OtherTable.Name(family, "t"))
        for name in ["first", "second"] { table.sets[name] = set(name) }
        table.sets["map"] = map()
        table.sets["pairs"] = pairs()
        let drops = Bool.random(using: &random)
        let base = OtherChain.Base(type: "filter", hook: .input, priority: 0, drops: drops)
        table.chains["input"] = OtherChain(name: "input", base: base, rules: rules(60, "a"))
        for (name, called) in [("a", "b"), ("b", "c"), ("c", nil)] {
            table.chains[name] = OtherChain(name: name, rules: rules(20, called))
        }
        return Firewall([table])
    }

    /// A packet of which some parts may be open.
    mutating func packet(_ family: IPFamily) -> FilterPacket {
        var packet = FilterPacket(
            family: family,
            transport: [6, 17].randomElement(using: &random) ?? 6,
            source: .init(maybe(address(family)), maybe(port())),
            destination: .init(address(family), port()),
            isOutbound: false,
            mark: 0
        )
        if Bool.random(using: &random) {
            packet = packet.redirected(
                to: .init(maybe(address(family)), maybe(port())),
                isToThisMachine: true
            )
        }
        packet.tracking = [.new, .established, .reply].randomElement(using: &random) ?? .new
        return packet
    }

    // MARK: - Values

    private mutating func number(_ numbers: ClosedRange<Int>) -> Int {
        Int.random(in: numbers, using: &random)
    }

    private mutating func maybe<Value>(_ value: Value?) -> Value? {
        number(0...2) == 0 ? nil : value
    }

    private mutating func port() -> UInt16 { UInt16(number(254...257)) }

    private mutating func address(_ family: IPFamily) -> IPAddress? {
        let bytes = addressBytes(family == .ipv4 ? 4 : 16)
        return IPAddress(family: family, bits: bytes.reduce(0) { $0 << 8 | UInt128($1) })
    }

    private mutating func addressBytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        bytes[0] = 10
        bytes[count - 2] = random.once(in: 8) ? 1 : 0
        bytes[count - 1] = UInt8(number(2...5))
        return bytes
    }

    private mutating func portBytes() -> [UInt8] {
        let port = port()
        return [UInt8(port >> 8), UInt8(port & 0xFF)]
    }

    // MARK: - Sets

    private mutating func set(_ name: String) -> OtherSet {
        let isOfPorts = name == "second"
        var set = OtherSet(keyLength: isOfPorts ? 2 : 4)
        for _ in 0..<number(0...4) {
            let first = isOfPorts ? portBytes() : addressBytes(4)
            var last = first
            if number(0...1) == 0 { last[last.count - 1] |= 3 }
            set.add(.init(first: first, last: last))
        }
        if number(0...9) == 0 { set.obstacle = "a set that can't be read" }
        if number(0...9) == 0 { set.catchAll = .some(nil) }
        return set
    }

    private mutating func map() -> OtherSet {
        var map = OtherSet(keyLength: 2)
        for _ in 0..<3 {
            let key = portBytes()
            let verdict: Verdict =
                [.drop, .accept, .jump("c")].randomElement(using: &random) ?? .drop
            map.add(.init(first: key, last: key, value: .verdict(verdict)))
        }
        return map
    }

    private mutating func pairs() -> OtherSet {
        var pairs = OtherSet(keyLength: 8, fields: [4, 2])
        for _ in 0..<3 {
            let (address, port) = (addressBytes(4), portBytes())
            var last = address
            if number(0...1) == 0 { last[3] |= 3 }
            pairs.add(.init(first: address + port + [0, 0], last: last + port + [0, 0]))
        }
        return pairs
    }

    // MARK: - Rules

    /// Rules of a chain that may call another one.
    private mutating func rules(_ count: Int, _ called: String?) -> [OtherRule] {
        (0..<count).map { place in
            var instructions: [Instruction] = []
            if number(0...1) == 0 { instructions += family() }
            for _ in 0..<number(0...3) { instructions += condition() }
            return OtherRule(handle: UInt64(place), instructions: instructions + [action(called)])
        }
    }

    private mutating func family() -> [Instruction] {
        let number = UInt8([2, 10].randomElement(using: &random) ?? 2)
        return [.load(.meta(15), length: 1, to: 16), .compare(16, .equal, [number])]
    }

    private mutating func comparison() -> Instruction.Comparison {
        [.equal, .equal, .equal, .unequal, .less, .atMost, .greater, .atLeast]
            .randomElement(using: &random) ?? .equal
    }

    private mutating func load(_ base: UInt32, _ offset: Int, _ length: Int) -> Instruction {
        .load(.payload(base: base, offset: offset), length: length, to: 16)
    }

    private mutating func condition() -> [Instruction] {
        let side = number(0...1)
        switch number(0...15) {
        case 0...2: return [load(2, 2 * side, 2), .compare(16, comparison(), portBytes())]
        case 3: return [load(2, 0, 4), .compare(16, comparison(), portBytes() + portBytes())]
        case 4:
            let first = portBytes()
            let last = [first[0], first[1] | 3]
            return [
                load(2, 2 * side, 2),
                .range(16, isNegated: number(0...2) == 0, from: first, to: last),
            ]
        case 5...6: return [load(1, 12 + 4 * side, 4), .compare(16, comparison(), addressBytes(4))]
        case 7: return [load(1, 8 + 16 * side, 16), .compare(16, comparison(), addressBytes(16))]
        case 8:
            return [load(1, 12, 8), .compare(16, comparison(), addressBytes(4) + addressBytes(4))]
        case 9:
            return [load(1, 12 + 4 * side, 3), .compare(16, comparison(), [10, 0, UInt8(side)])]
        case 10:
            let last: UInt8 = [0xFC, 0xF0, 0xF5, 0].randomElement(using: &random) ?? 0xFC
            let mask: [UInt8] = [0xFF, 0xFF, 0xFF, last]
            let value = zip(addressBytes(4), mask).map { $0 & $1 }
            let xor: [UInt8] = [0, 0, 0, number(0...5) == 0 ? 1 : 0]
            return [
                load(1, 12 + 4 * side, 4), .bitwise(16, mask: mask, xor: xor, to: 16),
                .compare(16, comparison(), value),
            ]
        case 11:
            let isNegated = number(0...3) == 0
            return number(0...1) == 0
                ? [load(1, 12 + 4 * side, 4), .find(16, in: "first", isNegated: isNegated)]
                : [load(2, 2 * side, 2), .find(16, in: "second", isNegated: isNegated)]
        case 12:
            return [
                load(1, 12 + 4 * side, 4),
                .load(.payload(base: 2, offset: 2), length: 2, to: 20),
                .find(16, in: "pairs", isNegated: number(0...3) == 0),
            ]
        case 13:
            let isReply = number(0...1) == 0
            let field = PacketField.connection(
                [11, 12].randomElement(using: &random) ?? 11,
                isReply: isReply
            )
            return [.load(field, length: 2, to: 16), .compare(16, comparison(), portBytes())]
        case 14: return [.match(iptables())]
        default: return [.unknownCondition("`limit`")]
        }
    }

    private mutating func iptables() -> IptablesMatch {
        let range = 254...UInt16(number(254...261))
        if number(0...1) == 0 {
            return .ports(
                source: number(0...1) == 0 ? range : 0...UInt16.max,
                isSourceNegated: number(0...3) == 0,
                destination: number(0...1) == 0 ? range : 0...UInt16.max,
                isDestinationNegated: number(0...3) == 0
            )
        }
        let isOfSource = number(0...1) == 0
        return .multiport(
            [range, 300...301],
            isOfSource: isOfSource,
            isOfDestination: !isOfSource || number(0...1) == 0,
            isNegated: number(0...3) == 0
        )
    }

    private mutating func action(_ called: String?) -> Instruction {
        switch number(0...24) {
        case 0...5: .verdict(.accept)
        case 6...11: .verdict(.drop)
        case 12...13: .verdict(called.map { .jump($0) } ?? .return)
        case 14: .verdict(.return)
        case 15: .notrack
        case 16: .changeHeader
        case 17: .forgetMarks
        case 18: called == nil ? .forgetMarks : .obey(16, by: "map")
        case 19: .setMark(16, isOfConnection: false)
        case 20: .verdict(.translate(.init(address: .same, port: .register(16))))
        case 21: .verdict(called.map { .goto($0) } ?? .return)
        default: .constant([1, 2], to: 16)
        }
    }
}
