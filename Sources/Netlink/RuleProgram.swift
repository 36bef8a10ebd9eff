internal import Addressing
internal import CNetfilter
internal import RulesetModel

/// A rule that is followed instruction by instruction, to see whether it does what a ``Rule`` says.
struct RuleProgram {
    /// What a rule refers to.
    struct Surroundings {
        var sets: [String: KernelSet] = [:]
        /// Chains that belong to the rule that jumps to them, and have no name of their own.
        var boundChains: Set<String> = []
        /// Finds the path of a control group by its number.
        var cgroups: (UInt64) -> CgroupPath?
    }

    /// How far a rule of ours has got; the parts come in this order.
    enum Stage: Int, Comparable {
        case tests
        case draw
        case counter
        case limit
        case end

        static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
    }

    let surroundings: Surroundings
    var registers = Registers()
    private(set) var stage = Stage.tests
    var selector = SelectorReading()
    private var draw: LoadBalancing?
    private var counter: String?
    private var rate: LogRate?
    private var statement: Statement?
    /// Whether the rule asks whether a trial lives.
    private var asksForLease = false
    /// The lower end of a range of which the upper one must follow.
    private var lowerEnd: (register: Register, value: RegisterValue)?

    init(in surroundings: Surroundings) {
        self.surroundings = surroundings
    }

    /// The family that the rule has asked for so far.
    var family: IPFamily? { selector.family }

    /// Follows an instruction, or returns `false` if no rule of ours has it there.
    mutating func follow(_ expression: Expression) -> Bool {
        guard stage < .end else { return false }
        if let lowerEnd {
            guard case .compare(lowerEnd.register, .atMost, let value) = expression,
                let field = registers.field(lowerEnd.register)
            else { return false }
            self.lowerEnd = nil
            return test(field, field.lies(from: lowerEnd.value, to: value))
        }
        switch expression {
        case .compare(let register, let comparison, let value):
            return compare(register, comparison, value)
        case .range(let register, let first, let last):
            guard let field = registers.field(register) else { return false }
            return test(field, field.lies(from: first, to: last))
        case .find(let register, let set):
            guard let set = surroundings.sets[set] else { return false }
            if let declaration = set.declaration, declaration.value == .member {
                return askForMember(register, of: set.name, declaration)
            }
            guard let field = registers.field(register) else { return false }
            if case .lease = set.role { return askForLease(field) }
            return test(field, field.isIn(set))
        case .counter(let name):
            counter = name
            return enter(.counter)
        case .limit(let count, let seconds, let burst):
            rate = LogRate(count: count, seconds: seconds, burst: burst)
            return rate != nil && enter(.limit)
        case .verdict, .obey, .log, .setLabel, .translateDestination, .translateToPrefix,
            .translateSource, .redirect, .masquerade:
            statement = end(with: expression)
            return statement != nil && enter(.end)
        default: return load(expression)
        }
    }

    /// The rule; `nil` if it is not one of ours.
    func rule(comment: String?) -> Rule? {
        guard stage == .end, let statement, let selector = selector.selector else { return nil }
        // Only the way to a trial asks for its lease, and nothing else.
        if asksForLease {
            guard case .trial = statement, selector == Selector(), draw == nil, counter == nil,
                comment == nil
            else { return nil }
        }
        // Only a log of ours has a limit before it.
        if rate != nil {
            guard case .log = statement else { return nil }
        }
        // A rule of ours makes one look-up.
        guard statement.lookup == nil || selector.member == nil else { return nil }
        return Rule(
            selector: selector,
            draw: draw,
            counter: counter,
            statement: statement,
            comment: comment
        )
    }

    private mutating func compare(
        _ register: Register,
        _ comparison: Expression.Comparison,
        _ value: RegisterValue
    ) -> Bool {
        guard let field = registers.field(register) else { return false }
        switch comparison {
        case .equal: return test(field, field.equals(value))
        case .unequal: return test(field, field.differs(from: value))
        case .atLeast:
            lowerEnd = (register, value)
            return true
        case .atMost: return false
        }
    }

    private mutating func test(_ field: LoadedField, _ condition: Condition?) -> Bool {
        guard let condition else { return false }
        guard case .draw(let method, let modulus) = field.field else {
            return stage == .tests
                && selector.add(field, condition, cgroups: surroundings.cgroups)
        }
        guard let range = condition.range, let first = UInt32(exactly: range.lowerBound),
            let last = UInt32(exactly: range.upperBound)
        else { return false }
        draw = LoadBalancing(method, modulus: modulus, range: first...last)
        return enter(.draw)
    }

    private mutating func askForLease(_ field: LoadedField) -> Bool {
        guard stage == .tests, !asksForLease, field.field == .family, field.mask == nil else {
            return false
        }
        asksForLease = true
        return true
    }

    private mutating func enter(_ next: Stage) -> Bool {
        guard stage < next, registers.nothingIsPending else { return false }
        stage = next
        return true
    }

    /// The statement that ends the rule, as far as the registers say it.
    private mutating func end(with expression: Expression) -> Statement? {
        switch expression {
        case .verdict(let code, let chain): verdict(code, chain)
        case .obey(let register, let map): verdict(register, by: map).map { .verdict(by: $0) }
        case .log(let log): PacketLog(log, rate: rate).map { .log($0) }
        case .translateDestination(let family, nil, let port?):
            // Ports alone are translated for both families.
            family == CNETFILTER_INET.rawValue ? self.port(port).map { .dnatPort(to: $0) } : nil
        case .translateDestination(let family, let address?, let port):
            dnat(family, address, port)
        case .translateToPrefix(let family, let first, let last): prefix(family, first, last)
        case .redirect(nil): .redirect(port: nil)
        case .redirect(let port?): self.port(port).map { .redirect(port: $0) }
        case .masquerade: .masquerade
        case .translateSource(let family, let address): snat(family, address)
        case .setLabel(let register): label(register).map { .label($0) }
        default: nil
        }
    }

    private mutating func snat(_ family: UInt32, _ register: Register) -> Statement? {
        guard let family = IPFamily(number: UInt128(family)),
            case .constant(let value)? = registers.use(register),
            value.length * 8 == family.bitWidth
        else { return nil }
        return IPAddress(family: family, bits: value.bits).map { .snat(to: $0) }
    }

    private mutating func label(_ register: Register) -> ConnectionLabel? {
        guard case .constant(let value)? = registers.use(register), value.length == 16 else {
            return nil
        }
        return ConnectionLabel(onlyBitOf: value.number(in: .host))
    }

    private func verdict(_ code: Int32, _ chain: String?) -> Statement? {
        switch (code, chain) {
        case (Int32(CNETFILTER_ACCEPT.rawValue), nil): .accept
        case (Int32(CNETFILTER_DROP.rawValue), nil): .drop
        case (NFT_RETURN.rawValue, nil): .return
        case (NFT_JUMP.rawValue, let chain?) where !surroundings.boundChains.contains(chain):
            .jump(to: chain)
        case (NFT_GOTO.rawValue, let chain?)
        where asksForLease && !surroundings.boundChains.contains(chain):
            .trial(chain: chain)
        default: nil
        }
    }

    private mutating func dnat(
        _ family: UInt32,
        _ register: Register,
        _ port: Register?
    ) -> Statement? {
        guard let family = IPFamily(number: UInt128(family)) else { return nil }
        switch registers.use(register) {
        case .constant(let value)?:
            guard value.length * 8 == family.bitWidth,
                let address = IPAddress(family: family, bits: value.bits)
            else { return nil }
            guard let port else { return .dnat(to: address, port: nil) }
            return self.port(port).map { .dnat(to: address, port: $0) }
        case .found(.address(family), let lookup)? where port == nil:
            return .dnatMapped(family, by: lookup)
        case .found(.addressBeforePort(family), let lookup)?:
            return port.flatMap { registers.use($0) } == .found(.portAfterAddress, by: lookup)
                ? .dnatMapped(family, by: lookup) : nil
        case .found, .field, nil: return nil
        }
    }

    private mutating func prefix(_ family: UInt32, _ first: Register, _ last: Register)
        -> Statement?
    {
        guard let family = IPFamily(number: UInt128(family)),
            case .constant(let low)? = registers.use(first),
            case .constant(let high)? = registers.use(last),
            low.length * 8 == family.bitWidth, high.length * 8 == family.bitWidth,
            low.bits < high.bits,
            let range = AddressRange(family: family, bits: low.bits...high.bits),
            range.prefixLength != nil
        else { return nil }
        return .dnatPrefix(to: range)
    }

    private mutating func port(_ register: Register) -> PortExpression? {
        switch registers.use(register) {
        case .constant(let value)?:
            value.length == 2 ? Port(number: value.bits).map { .port($0) } : nil
        case .found(.port, let lookup)?: .mapped(by: lookup)
        case .found?, .field?, nil: nil
        }
    }
}
