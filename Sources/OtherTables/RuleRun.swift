internal import Addressing

/// The execution of one rule for one packet.
struct RuleRun {
    /// What a rule does with a packet.
    struct Effect: Hashable {
        let verdict: Verdict

        /// Whether the rule does it for certain.
        let isCertain: Bool
    }

    /// The effects, one after the other; all but the last are uncertain.
    private(set) var effects: [Effect] = []

    /// What decides whether the rule applies, if it can't be told.
    private(set) var doubt: Doubt?

    private var registers = PartialBytes.unknown(64)
    private var doubts = [Doubt?](repeating: nil, count: 16)

    /// The bits that are known of bytes that are not.
    private var bits = [KnownBits?](repeating: nil, count: 64)

    /// How many elements of sets were compared.
    private(set) var cost = 0

    private var applies = Ternary.yes
    private let sets: [String: OtherSet]
    private let addressLength: Int

    /// Whether the rule has its last effect on each packet that reaches it.
    private(set) var isDecided = false

    /// Whether the rule is reached for certain.
    private let isReached: Bool

    /// Executes a rule, which may be reached for certain or only perhaps; the packet's marks are changed
    /// as the rule does it.
    init(
        _ rule: OtherRule,
        _ packet: inout FilterPacket,
        _ sets: [String: OtherSet],
        isCertain: Bool
    ) {
        self.sets = sets
        addressLength = packet.family == .ipv4 ? 4 : 16
        isReached = isCertain
        for instruction in rule.instructions {
            run(instruction, &packet)
            if applies == .no || isDecided { return }
        }
    }

    private mutating func run(_ instruction: Instruction, _ packet: inout FilterPacket) {
        switch instruction {
        case .load(let field, let length, let register):
            guard let bytes = packet.bytes(of: field, length: length) else { return apply(.no) }
            set(register, bytes[0..<length], doubt: field.doubt(in: packet))
            for (place, known) in packet.partlyKnown(of: field, length) where register + place < 64
            {
                bits[register + place] = known
            }
        case .loadUnknown(let what, let length, let register):
            set(register, .unknown(length), doubt: .unknown(what))
        case .constant(let bytes, let register):
            set(register, PartialBytes(bytes), doubt: nil)
        case .bitwise(let from, let mask, let xor, let to):
            let bits = bits
            let bytes = get(from, mask.count).bytes.enumerated().map { index, byte -> UInt8? in
                // What is masked out is known whatever it was.
                if mask[index] == 0 { return xor[index] }
                if byte == nil, from + index < 64, let known = bits[from + index],
                    mask[index] & ~known.mask == 0
                {
                    return known.value & mask[index] ^ xor[index]
                }
                return byte.map { $0 & mask[index] ^ xor[index] }
            }
            set(to, PartialBytes(bytes), doubt: doubts[from / 4])
        case .byteorder(let from, let length, let size, let to):
            set(to, get(from, length).swapped(size), doubt: doubts[from / 4])
        case .compare(let register, let comparison, let bytes):
            apply(compare(get(register, bytes.count), comparison, bytes), doubts[register / 4])
        case .range(let register, let isNegated, let first, let last):
            let answer = get(register, first.count).isWithin(first, last)
            apply(isNegated ? !answer : answer, doubts[register / 4])
        case .find(let register, let set, let isNegated):
            let answer = Ternary(find(register, in: set))
            apply(isNegated ? !answer : answer, doubt(of: register, set))
        case .map(let register, let set, let to): load(register, by: set, to: to)
        case .obey(let register, let set): obey(register, by: set)
        case .verdict(let verdict): end(with: verdict)
        case .setMark(let register, let isOfConnection):
            let mark = applies == .yes && isReached ? get(register, 4).native : nil
            if isOfConnection { packet.connectionMark = mark } else { packet.mark = mark }
        case .forgetMarks: (packet.mark, packet.connectionMark) = (nil, nil)
        case .changeHeader: packet.changeHeader()
        case .notrack:
            let isCertain = applies == .yes && isReached
            effects.append(Effect(verdict: .notrack, isCertain: isCertain))
        case .match(let match):
            apply(match.applies(to: packet), .unknown("a match of iptables"))
        case .unknownCondition(let what): apply(.maybe, .unknown(what))
        case .unknownAction(let what):
            apply(.maybe, .unknown(what))
            end(with: .unknown)
        }
    }

    private mutating func apply(_ answer: Ternary, _ doubt: Doubt? = nil) {
        if answer == .maybe { self.doubt = Doubt.both(self.doubt, doubt) }
        applies = applies.and(answer)
    }

    private mutating func end(with verdict: Verdict) {
        isDecided = applies == .yes
        let verdict = verdict.resolved(by: registers, addressLength)
        effects.append(Effect(verdict: verdict, isCertain: isDecided && isReached))
        if !isDecided { applies = .no }
    }

    // MARK: - Registers

    private mutating func set(_ register: Int, _ bytes: PartialBytes, doubt: Doubt?) {
        // The kernel fills the last word of a register with zeros.
        let padding = -bytes.bytes.count & 3
        let filled = bytes.bytes + [UInt8?](repeating: 0, count: padding)
        guard register >= 0, register + filled.count <= 64 else { return }
        registers.bytes.replaceSubrange(register..<register + filled.count, with: filled)
        for place in register..<register + filled.count { bits[place] = nil }
        let isOpen = bytes.bytes.contains(nil)
        for word in register / 4..<(register + filled.count) / 4 {
            doubts[word] = isOpen ? doubt : nil
        }
    }

    private func get(_ register: Int, _ count: Int) -> PartialBytes {
        guard register >= 0 else { return .unknown(count) }
        return registers[register..<register + count]
    }

    private func compare(
        _ bytes: PartialBytes,
        _ comparison: Instruction.Comparison,
        _ other: [UInt8]
    ) -> Ternary {
        switch comparison {
        case .equal: bytes.equals(other)
        case .unequal: !bytes.equals(other)
        case .less: !bytes.isAtLeast(other)
        case .atMost: bytes.isAtMost(other)
        case .greater: !bytes.isAtMost(other)
        case .atLeast: bytes.isAtLeast(other)
        }
    }

    // MARK: - Lookups

    private mutating func find(_ register: Int, in name: String) -> OtherSet.Finding {
        guard let set = sets[name] else { return .possibly([]) }
        let key = get(register, set.keyLength)
        cost += set.cost(of: key)
        return set.find(key)
    }

    private func doubt(of register: Int, _ name: String) -> Doubt {
        guard let set = sets[name] else { return .unknown("a set that can't be read") }
        if let obstacle = set.obstacle { return .unknown(obstacle) }
        let words = register / 4..<min(16, (register + set.keyLength + 3) / 4)
        return doubts[words].compactMap { $0 }.first ?? .unknown("a set")
    }

    private mutating func load(_ register: Int, by name: String, to: Int) {
        switch find(register, in: name) {
        case .found(.bytes(let bytes)?): set(to, PartialBytes(bytes), doubt: nil)
        case .absent, .found: apply(.no)
        case .possibly(let values):
            let length = values.map { value in
                if case .bytes(let bytes)? = value { bytes.count } else { 0 }
            }.max()
            apply(.maybe, doubt(of: register, name))
            // Of a set that can't be read, the length is not known either.
            set(to, .unknown(length ?? 64 - to), doubt: doubt(of: register, name))
        }
    }

    private mutating func obey(_ register: Int, by name: String) {
        switch find(register, in: name) {
        case .found(.verdict(let verdict)?): end(with: verdict)
        case .absent, .found: apply(.no)
        case .possibly(let values):
            apply(.maybe, doubt(of: register, name))
            let verdicts = values.compactMap { value -> Verdict? in
                if case .verdict(let verdict)? = value { verdict } else { nil }
            }
            for verdict in values.isEmpty ? [.unknown] : verdicts {
                effects.append(Effect(verdict: verdict, isCertain: false))
            }
            applies = .no
        }
    }
}

extension Ternary {
    fileprivate init(_ finding: OtherSet.Finding) {
        self =
            switch finding {
            case .found: .yes
            case .possibly: .maybe
            case .absent: .no
            }
    }
}

extension PartialBytes {
    /// The bytes with each number of so many bytes turned round, on a machine whose order is not the
    /// network's.
    fileprivate func swapped(_ size: Int) -> PartialBytes {
        guard UInt16(1).bigEndian != 1, size > 1, bytes.count >= size else { return self }
        var swapped = bytes
        for start in stride(from: 0, through: bytes.count - size, by: size) {
            swapped.replaceSubrange(
                start..<start + size,
                with: bytes[start..<start + size].reversed()
            )
        }
        return PartialBytes(swapped)
    }

    /// The number of 32 bits in the machine's order; `nil` if it is not known.
    fileprivate var native: UInt32? {
        guard let known, known.count == 4 else { return nil }
        return known.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
    }
}

extension Verdict {
    /// The verdict with what its registers have.
    fileprivate func resolved(by registers: PartialBytes, _ addressLength: Int) -> Verdict {
        guard case .translate(var translation) = self else { return self }
        translation.address = translation.address.resolved(by: registers, addressLength)
        translation.port = translation.port.resolved(by: registers, 2)
        return .translate(translation)
    }
}

extension Verdict.Translation.Part {
    fileprivate func resolved(by registers: PartialBytes, _ length: Int) -> Self {
        guard case .register(let register) = self else { return self }
        let known = registers[register..<register + length].known
        return known.map { .bytes($0) } ?? .unknown
    }
}
