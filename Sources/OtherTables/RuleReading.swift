internal import Addressing
internal import CNetfilter

/// Reads what a rule asks of addresses and ports.
///
/// The rule is executed with registers that say where their bytes come from.
struct RuleReading {
    private(set) var result = RuleConditions()

    private let family: IPFamily
    private let isReply: Bool
    private var registers = [Origin](repeating: Origin(), count: 64)

    /// Whether the rule has only tested so far.
    private var onlyTests = true

    /// Where a byte in a register comes from.
    struct Origin {
        /// The part of which it is a byte; `nil` if it is none of any.
        var part: PacketPart?

        /// Its place among the bytes of the part.
        var place = 0

        /// Which of its bits are there.
        var mask: UInt8 = 0xFF

        /// Whether it has the number of the packet's family.
        var isFamily = false
    }

    /// Reads a rule of a table whose sets are given for packets of a family; connection tracking does
    /// not tell the ends of replies (``FilterPacket``).
    init(
        _ rule: OtherRule,
        _ sets: inout SetValues,
        family: IPFamily,
        isReply: Bool
    ) {
        self.family = family
        self.isReply = isReply
        for instruction in rule.instructions { read(instruction, &sets) }
    }

    private mutating func read(_ instruction: Instruction, _ sets: inout SetValues) {
        switch instruction {
        case .load(let field, let length, let register): load(field, length, register)
        case .loadUnknown(_, let length, let register): clear(register, length)
        case .constant(let bytes, let register): clear(register, bytes.count)
        case .bitwise(let from, let mask, let xor, let to): change(from, mask, xor, to)
        case .byteorder(let from, let length, _, let to):
            readExactly(from, length)
            clear(to, length)
        case .compare(let register, let comparison, let bytes):
            compare(register, comparison, bytes)
        case .range(let register, let isNegated, let first, let last):
            guard let low = field(register, first), let high = field(register, last),
                low.part == high.part, low.values.lowerBound <= high.values.upperBound
            else { return readExactly(register, first.count) }
            require(low.part, low.values.lowerBound...high.values.upperBound, isNegated)
        case .find(let register, let set, let isNegated):
            look(register, set, isNegated: isNegated, isMap: false, &sets)
        case .map(let register, let set, let to):
            look(register, set, isNegated: false, isMap: true, &sets)
            clear(to, 64 - to)
        case .obey(let register, let set):
            look(register, set, isNegated: false, isMap: true, &sets)
        case .verdict(let verdict): end(verdict)
        case .setMark(let register, _):
            readExactly(register, 4)
            onlyTests = false
        case .forgetMarks, .notrack: onlyTests = false
        case .changeHeader:
            result.changesHeader = true
            onlyTests = false
        case .match(let match): read(match)
        case .unknownCondition, .unknownAction: break
        }
    }

    private mutating func read(_ match: IptablesMatch) {
        func values(_ ranges: [ClosedRange<UInt16>]) -> IntervalSet<UInt128> {
            IntervalSet(ranges.map { UInt128($0.lowerBound)...UInt128($0.upperBound) })
        }
        switch match {
        case .ports(let source, let isSourceNegated, let destination, let isDestinationNegated):
            if source != 0...UInt16.max || isSourceNegated {
                require(.sourcePort, values([source]), isSourceNegated)
            }
            if destination != 0...UInt16.max || isDestinationNegated {
                require(.destinationPort, values([destination]), isDestinationNegated)
            }
        case .multiport(let ranges, isOfSource: false, isOfDestination: true, let isNegated):
            require(.destinationPort, values(ranges), isNegated)
        case .multiport(let ranges, isOfSource: true, isOfDestination: false, let isNegated):
            require(.sourcePort, values(ranges), isNegated)
        case .multiport:
            result.exact.formUnion([.init(.sourcePort), .init(.destinationPort)])
        case .state, .destinationType, .otherHeader: break
        }
    }

    private mutating func end(_ verdict: Verdict) {
        guard case .translate(let translation) = verdict else { return }
        if case .register(let register) = translation.address {
            readExactly(register, family.bitWidth / 8)
        }
        if case .register(let register) = translation.port { readExactly(register, 2) }
    }

    // MARK: - Registers

    private mutating func set(_ register: Int, _ origins: [Origin]) {
        // The kernel fills the last word of a register with zeros.
        let padding = -origins.count & 3
        guard register >= 0, register + origins.count + padding <= 64 else { return }
        for (offset, origin) in origins.enumerated() { registers[register + offset] = origin }
        for offset in 0..<padding { registers[register + origins.count + offset] = Origin() }
    }

    private mutating func clear(_ register: Int, _ length: Int) {
        set(register, [Origin](repeating: Origin(), count: length))
    }

    private func origins(_ register: Int, _ length: Int) -> ArraySlice<Origin> {
        guard register >= 0, register < 64 else { return [] }
        return registers[register..<min(64, register + length)]
    }

    /// Notes that something is done with bytes that is not understood.
    private mutating func readExactly(_ register: Int, _ length: Int) {
        for origin in origins(register, length) where origin.mask != 0 {
            if let part = origin.part { result.exact.insert(PacketParts(part)) }
        }
    }

    private mutating func load(_ field: PacketField, _ length: Int, _ register: Int) {
        set(
            register,
            (0..<length).map { place in
                guard let (part, first) = field.part(at: place, family, isReply: isReply) else {
                    return Origin(isFamily: field.isFamily && place == 0)
                }
                return Origin(part: part, place: place - first)
            }
        )
    }

    private mutating func change(_ from: Int, _ mask: [UInt8], _ xor: [UInt8], _ to: Int) {
        if xor.contains(where: { $0 != 0 }) { readExactly(from, mask.count) }
        var changed = Array(origins(from, mask.count))
        for place in changed.indices {
            changed[place].isFamily = false
            changed[place].mask &= mask[place]
            if xor[place] != 0 { changed[place] = Origin() }
        }
        set(to, changed)
    }

    // MARK: - Tests

    private mutating func require(
        _ part: PacketPart,
        _ values: ClosedRange<UInt128>,
        _ isNegated: Bool = false
    ) {
        require(part, IntervalSet([values]), isNegated)
    }

    private mutating func require(
        _ part: PacketPart,
        _ values: IntervalSet<UInt128>,
        _ isNegated: Bool
    ) {
        guard onlyTests else {
            result.exact.insert(PacketParts(part))
            return
        }
        let all = IntervalSet([0...part.highest(in: family)])
        result.require(part, isNegated ? all.subtracting(values) : values)
    }

    private mutating func compare(
        _ register: Int,
        _ comparison: Instruction.Comparison,
        _ bytes: [UInt8]
    ) {
        let origins = origins(register, bytes.count)
        if comparison == .equal {
            // Loads of neighbours are one, so the bytes may be of several parts.
            let fields = fields(register, bytes)
            for field in fields ?? [] { require(field.part, field.values) }
            if fields == nil { readExactly(register, bytes.count) }
            let number: UInt8 = family == .ipv4 ? 2 : 10
            if onlyTests, origins.first?.isFamily == true, bytes.first != number {
                result.isPossible = false
            }
            return
        }
        guard let field = field(register, bytes) else {
            return readExactly(register, bytes.count)
        }
        let (part, first, last) = (field.part, field.values.lowerBound, field.values.upperBound)
        let highest = part.highest(in: family)
        switch comparison {
        case .equal: break
        case .unequal: require(part, field.values, true)
        case .less: require(part, first...highest, true)
        case .atMost: require(part, 0...last)
        case .greater: require(part, 0...last, true)
        case .atLeast: require(part, first...highest)
        }
    }

    private mutating func look(
        _ register: Int,
        _ name: String,
        isNegated: Bool,
        isMap: Bool,
        _ sets: inout SetValues
    ) {
        // What a set that can't be read has does not depend on the key.
        guard let set = sets.sets[name], set.obstacle == nil else { return }
        let origins = origins(register, set.keyLength)
        if origins.count == set.keyLength, let part = wholePart(origins[...]),
            let values = sets.values(of: name, at: 0..<set.keyLength)
        {
            require(part, values, isNegated)
            if isMap { result.exact.insert(PacketParts(part)) }
            return
        }
        readExactly(register, set.keyLength)
        guard !isNegated, onlyTests, origins.count == set.keyLength else { return }
        // Each part of the key must be that of some element.
        for start in stride(from: 0, to: set.keyLength, by: 4) {
            guard let part = origins[register + start].part else { continue }
            let range = start..<start + part.length(in: family)
            guard range.upperBound <= set.keyLength,
                wholePart(origins[register + range.lowerBound..<register + range.upperBound])
                    == part,
                let values = sets.values(of: name, at: range)
            else { continue }
            require(part, values, false)
        }
    }

    /// The part that some bytes are, if they are all of one.
    private func wholePart(_ origins: ArraySlice<Origin>) -> PacketPart? {
        guard let part = origins.first?.part, origins.count == part.length(in: family) else {
            return nil
        }
        let isWhole = origins.enumerated().allSatisfy { place, origin in
            origin.part == part && origin.place == place && origin.mask == 0xFF
        }
        return isWhole ? part : nil
    }

    private typealias Field = (part: PacketPart, values: ClosedRange<UInt128>)

    /// The values of the one part that bytes in a register stand for; `nil` if they are not the beginning
    /// of one.
    private func field(_ register: Int, _ bytes: [UInt8]) -> Field? {
        guard origins(register, bytes.count).allSatisfy({ $0.part != nil }),
            let fields = fields(register, bytes), fields.count == 1
        else { return nil }
        return fields[0]
    }

    /// The values of all parts that bytes in a register stand for; `nil` if they are not their beginnings.
    private func fields(_ register: Int, _ bytes: [UInt8]) -> [Field]? {
        let origins = Array(origins(register, bytes.count))
        guard origins.count == bytes.count else { return nil }
        var fields: [Field] = []
        var start = 0
        while start < origins.count {
            guard let part = origins[start].part else {
                start += 1
                continue
            }
            let count = part.length(in: family)
            var (mask, value) = (UInt128(0), UInt128(0))
            var place = 0
            while place < count, start < origins.count, origins[start].part == part,
                origins[start].place == place
            {
                let shift = UInt128(8 * (count - 1 - place))
                mask |= UInt128(origins[start].mask) << shift
                value |= UInt128(bytes[start]) << shift
                place += 1
                start += 1
            }
            // The bits that are not compared must be the last ones.
            let open = part.highest(in: family) & ~mask
            guard mask != 0, open & (open &+ 1) == 0, value & ~mask == 0 else { return nil }
            fields.append((part, value...(value | open)))
        }
        return fields
    }
}

extension PacketField {
    fileprivate var isFamily: Bool { self == .meta(NFT_META_NFPROTO.rawValue) }

    /// The part of a packet to which a loaded byte belongs, and the place of its first byte among those
    /// that are loaded; `nil` if it belongs to none.
    fileprivate func part(
        at place: Int,
        _ family: IPFamily,
        isReply: Bool
    ) -> (part: PacketPart, first: Int)? {
        switch self {
        case .meta, .route: return nil
        case .payload(let base, let offset):
            let header: [(PacketPart, Int)] =
                switch base {
                case NFT_PAYLOAD_NETWORK_HEADER.rawValue:
                    family == .ipv4
                        ? [(.sourceAddress, 12), (.destinationAddress, 16)]
                        : [(.sourceAddress, 8), (.destinationAddress, 24)]
                case NFT_PAYLOAD_TRANSPORT_HEADER.rawValue:
                    [(.sourcePort, 0), (.destinationPort, 2)]
                default: []
                }
            for (part, start) in header
            where (start..<start + part.length(in: family)).contains(offset + place) {
                return (part, start - offset)
            }
            return nil
        case .connection(let key, let isOfReply):
            guard !isReply, let part = Self.part(of: key, isOfReply: isOfReply) else { return nil }
            return place < part.length(in: family) ? (part, 0) : nil
        }
    }

    /// The end of a connection that a key of `ct` names.
    private static func part(of key: UInt32, isOfReply: Bool) -> PacketPart? {
        switch key {
        case NFT_CT_SRC.rawValue, NFT_CT_SRC_IP.rawValue, NFT_CT_SRC_IP6.rawValue:
            isOfReply ? .destinationAddress : .sourceAddress
        case NFT_CT_DST.rawValue, NFT_CT_DST_IP.rawValue, NFT_CT_DST_IP6.rawValue:
            isOfReply ? .sourceAddress : .originalAddress
        case NFT_CT_PROTO_SRC.rawValue: isOfReply ? .destinationPort : .sourcePort
        case NFT_CT_PROTO_DST.rawValue: isOfReply ? .sourcePort : .originalPort
        default: nil
        }
    }
}
