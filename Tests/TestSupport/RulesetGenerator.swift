internal import Addressing
public import RulesetModel

/// Makes rulesets at random, with a liking for the ends of every range.
public struct RulesetGenerator {
    var random: SeededGenerator

    /// The maps of the current ruleset.
    private var maps: [LookupMap] = []

    /// Creates a generator that makes the same rulesets for the same seed.
    public init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// Returns a ruleset that the kernel takes.
    public mutating func ruleset(table: String, rules: ClosedRange<Int> = 0...12) -> Ruleset {
        let counters = (0..<Int.random(in: 0...4, using: &random)).map { "c_\($0)" }
        let hooks = Hook.allCases.filter { _ in !random.once(in: 4) }
        let targets = (0..<Int.random(in: 0...2, using: &random)).map { "sub_\($0)" }
        maps = (0..<Int.random(in: 0...4, using: &random)).map { map("map_\($0)", targets) }
        return Ruleset(
            table: table,
            counters: counters,
            maps: maps,
            chains: hooks.map { hook in
                let priority = Int32.random(in: -199...300, using: &random)
                let count = Int.random(in: rules, using: &random)
                return BaseChain(
                    head: .init(hook: hook, priority: priority),
                    rules: (0..<count).map { _ in
                        rule(at: hook, counters: counters, targets: targets)
                    }
                )
            },
            regularChains: targets.map { name in
                RegularChain(name: name, rules: (0..<3).map { _ in rule(counters: counters) })
            }
        )
    }

    /// Returns a rule that the kernel takes at a hook that decides destinations, or at the given one.
    public mutating func rule(
        at hook: Hook = .prerouting,
        counters: [String] = [],
        targets: [String] = []
    ) -> Rule {
        var selector = selector()
        let jump = random.once(in: 6) ? targets.randomElement(using: &random) : nil
        // What rules jump to has no jumps itself.
        let maps = maps.filter { !targets.isEmpty || !$0.elements.contains { $0.value.isJump } }
        let statement: Statement
        if hook == .postrouting {
            statement = sourceStatement(for: selector)
            if random.once(in: 3) {
                selector.original = original(beside: &selector)
                selector.tracked = nil
            } else if random.once(in: 2) {
                selector.tracked = .redirected(label())
            }
        } else if random.once(in: 3), let map = maps.randomElement(using: &random) {
            statement = question(to: map, beside: &selector)
        } else {
            statement = jump.map { .jump(to: $0) } ?? self.statement(for: selector)
        }
        return Rule(
            selector: selector,
            draw: random.once(in: 5) ? draw(for: selector.family) : nil,
            counter: random.once(in: 2) ? nil : counters.randomElement(using: &random),
            statement: statement,
            comment: random.once(in: 3) ? nil : comment()
        )
    }

    private mutating func selector() -> Selector {
        let family = random.once(in: 3) ? nil : IPFamily.allCases.randomElement(using: &random)
        var protocols: [TransportProtocol] = []
        if !random.once(in: 4) {
            protocols = TransportProtocol.allCases.filter { _ in random.once(in: 2) }
        }
        var selector = Selector(family: family, protocols: protocols.sorted())
        for part in Selector.Part.allCases { add(part, to: &selector) }
        return selector
    }

    /// Adds a part now and then, if the kernel takes it beside the family and the protocols.
    private mutating func add(_ part: Selector.Part, to selector: inout Selector) {
        let hasPorts = !selector.protocols.isEmpty
        let isOften = random.once(in: 2)
        let isSeldom = random.once(in: 8)
        switch part {
        // They are there from the beginning.
        case .family, .protocols: break
        case .sourceAddresses:
            if isOften { selector.sourceAddresses = selector.family.map { addresses($0) } }
        case .destinationAddresses:
            if isOften { selector.destinationAddresses = selector.family.map { addresses($0) } }
        case .sourcePorts: if hasPorts, isOften { selector.sourcePorts = ports() }
        case .destinationPorts: if hasPorts, isOften { selector.destinationPorts = ports() }
        case .isToThisMachine: selector.isToThisMachine = isSeldom
        case .inputInterfaces: if isSeldom { selector.inputInterfaces = interfaces().sorted() }
        case .outputInterfaces: if isSeldom { selector.outputInterfaces = interfaces().sorted() }
        case .users: if isSeldom { selector.users = owners() }
        case .groups: if isSeldom { selector.groups = owners() }
        case .mark: if isSeldom { selector.mark = mark() }
        case .dscp:
            if isSeldom, selector.family != nil {
                selector.dscp = CodePoint.all.randomElement(using: &random)
            }
        case .tracked: if isSeldom { selector.tracked = .confirmed }
        // Only with what the machine has, or with the statement.
        case .cgroup, .original, .member: break
        }
    }

    private mutating func statement(for selector: Selector) -> Statement {
        let port = selector.protocols.isEmpty ? nil : port().map { PortExpression.port($0) }
        let family = selector.family ?? IPFamily.allCases.randomElement(using: &random) ?? .ipv4
        switch Int.random(in: 0..<9, using: &random) {
        case 8: if let prefix = prefix(family) { return .dnatPrefix(to: prefix) }
        case 4: return .log(log())
        case 6: return .label(label())
        case 7: return .drop
        case 0: if let port { return .dnatPort(to: port) }
        case 1:
            if let address = IPAddress(family: family, bits: number(in: family)) {
                return .dnat(to: address, port: random.once(in: 2) ? nil : port)
            }
        case 2: return .accept
        case 3: return .return
        default: break
        }
        return .redirect(port: random.once(in: 3) ? nil : port)
    }

    private mutating func sourceStatement(for selector: Selector) -> Statement {
        let family = selector.family ?? .ipv4
        let address = IPAddress(family: family, bits: number(in: family))
        let statements: [Statement?] = [
            .masquerade, .return, .accept, .drop, address.map { .snat(to: $0) },
        ]
        return statements.compactMap(\.self).randomElement(using: &random) ?? .accept
    }

    mutating func label() -> ConnectionLabel {
        let bits: [UInt8] = [0, 7, 8, 31, 32, 63, 64, 120, 127]
        let bit = bits.randomElement(using: &random) ?? 0
        return ConnectionLabel(bit: bit) ?? ConnectionLabel.highestEight.upperBound
    }

    mutating func comment() -> String {
        let letters = "abcdefghijklmnopqrstuvwxyz0123456789._-"
        let length = random.once(in: 8) ? 128 : Int.random(in: 1...63, using: &random)
        return String((0..<length).map { _ in letters.randomElement(using: &random) ?? "x" })
    }
}

// MARK: - Draws, logs and translated connections

extension RulesetGenerator {
    private mutating func draw(for family: IPFamily?) -> LoadBalancing? {
        let methods = LoadBalancing.Method.allCases.filter { $0 != .sourceHash || family != nil }
        guard let method = methods.randomElement(using: &random) else { return nil }
        let modulus = UInt32.random(in: 2...70000, using: &random)
        let first = UInt32.random(in: 0..<modulus, using: &random)
        let last = random.once(in: 2) ? first : .random(in: first..<modulus, using: &random)
        return LoadBalancing(method, modulus: modulus, range: first...last)
    }

    private mutating func log() -> PacketLog {
        let prefixes = ["web: ", "x", "a b #;{}*", String(repeating: "p", count: 127)]
        let units = LogRate.Unit.allCases
        return PacketLog(
            prefix: prefixes.randomElement(using: &random) ?? "",
            destination: random.once(in: 2)
                ? .group(.random(in: 0...UInt16.max, using: &random))
                : .kernel(LogLevel.allCases.randomElement(using: &random) ?? .warn),
            rate: random.once(in: 2)
                ? nil
                : LogRate(
                    count: .random(in: 1...1_000_000, using: &random),
                    unit: units.randomElement(using: &random) ?? .second
                )
        )
    }

    /// What a connection was; ports stand beside one protocol only.
    private mutating func original(beside selector: inout Selector) -> OriginalTuple {
        let protocols = TransportProtocol.allCases
        if random.once(in: 2), let transport = protocols.randomElement(using: &random) {
            selector.protocols = [transport]
        }
        let hasPorts = selector.protocols.count == 1
        let family = selector.family
        return OriginalTuple(
            sourceAddresses: random.once(in: 2) ? family.map { addresses($0) } : nil,
            destinationAddresses: random.once(in: 2) ? family.map { addresses($0) } : nil,
            sourcePorts: hasPorts && random.once(in: 2) ? ports().ranges.first : nil,
            destinationPorts: hasPorts && random.once(in: 2) ? ports().ranges.first : nil
        )
    }
}

// MARK: - Interfaces, owners and marks

extension RulesetGenerator {
    private mutating func interfaces() -> [InterfacePattern] {
        let names = ["lo", "eth0", "eth0.100", "wg-home", "fifteen-letters"]
        if random.once(in: 3) {
            let prefix = InterfacePattern(name: "veth", isPrefix: true)
            return random.once(in: 2) ? [prefix] : [InterfacePattern(name: "lo"), prefix]
        }
        let count = Int.random(in: 1...names.count, using: &random)
        return names.prefix(count).map { InterfacePattern(name: $0) }
    }

    private mutating func owners() -> IntervalSet<UInt32> {
        let ends: [UInt32] = [0, 1, 255, 256, 1000, 65534, 65535, 65536, 4_294_967_293]
        return IntervalSet(
            (0..<Int.random(in: 1...4, using: &random)).map { _ in
                let first = ends.randomElement(using: &random) ?? 0
                let last = random.once(in: 2) ? first : ends.randomElement(using: &random) ?? 0
                return min(first, last)...max(first, last)
            }
        )
    }

    private mutating func mark() -> PacketMark? {
        let mask = random.once(in: 2) ? .max : UInt32.random(in: 1...UInt32.max, using: &random)
        return PacketMark(
            value: UInt32.random(in: 0...UInt32.max, using: &random) & mask,
            mask: mask
        )
    }
}

// MARK: - Ports and addresses

extension RulesetGenerator {
    mutating func port() -> Port? {
        let ends: [UInt16] = [1, 2, 80, 255, 256, 1023, 1024, 32767, 32768, 65534, 65535]
        let number = ends.randomElement(using: &random) ?? 1
        return Port(random.once(in: 2) ? number : .random(in: 1...65535, using: &random))
    }

    private mutating func ports() -> PortSet {
        PortSet(
            (0..<count()).compactMap { _ -> ClosedRange<Port>? in
                guard let first = port(), let second = random.once(in: 2) ? first : port() else {
                    return nil
                }
                return min(first, second)...max(first, second)
            }
        )
    }

    private mutating func addresses(_ family: IPFamily) -> AddressSet {
        AddressSet((0..<count()).compactMap { _ in range(family) })
    }

    private mutating func range(_ family: IPFamily) -> AddressRange? {
        let first = number(in: family)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return AddressRange(family: family, bits: first...first)
        case 1: return prefix(family, longest: family.bitWidth)
        default:
            let second = number(in: family)
            return AddressRange(family: family, bits: min(first, second)...max(first, second))
        }
    }

    /// A prefix; of several addresses if it is not said otherwise.
    private mutating func prefix(_ family: IPFamily, longest: Int? = nil) -> AddressRange? {
        let first = number(in: family)
        let length = Int.random(in: 0...(longest ?? family.bitWidth - 1), using: &random)
        let hosts = length == 0 ? UInt128.max : (UInt128(1) << (family.bitWidth - length)) - 1
        let network = first & ~hosts
        let last = network | (hosts & AddressRange.all(of: family).bits.upperBound)
        return AddressRange(family: family, bits: network...last)
    }

    mutating func number(in family: IPFamily) -> UInt128 {
        let highest = AddressRange.all(of: family).bits.upperBound
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return highest - UInt128.random(in: 0...1, using: &random)
        case 1: return UInt128.random(in: 0...1, using: &random)
        default: return .random(in: 0...highest, using: &random)
        }
    }

    private mutating func count() -> Int {
        random.once(in: 20) ? 300 : random.once(in: 2) ? 1 : Int.random(in: 2...9, using: &random)
    }
}
