internal import CNetfilter
internal import OtherTables

/// Reads instructions of rules that other programs made.
///
/// Rules of ours are read more strictly (``Expression``). Here, what is not understood is an unknown
/// instruction, so that a packet's way can still be followed as far as it is known.
extension Instruction {
    /// Reads an expression; `nil` if it changes neither the packet's way nor a register.
    static func read(_ bytes: Bytes, family: UInt8) -> Instruction? {
        guard let attributes = Attributes(bytes), let name = attributes[NFTA_EXPR_NAME]?.text else {
            return .unknownAction("an instruction that can't be read")
        }
        guard let data = Attributes(attributes[NFTA_EXPR_DATA] ?? bytes.dropFirst(bytes.count))
        else { return .unknownAction("`\(name)`") }
        if passedOver.contains(name) { return nil }
        if let reader = readers[name] {
            return reader(data) ?? .unknownAction("`\(name)`")
        }
        switch name {
        case "objref": return objref(data)
        case "dynset": return dynset(data)
        case "match": return IptablesReading.match(data)
        case "target": return IptablesReading.target(data)
        case "nat": return nat(data, family: family)
        default:
            if name == "exthdr", let instruction = otherHeader(data) { return instruction }
            if let (number, length) = loaders[name] {
                guard let register = data.number(number).flatMap(Register.init) else { return nil }
                return .loadUnknown("`\(name)`", length: length, to: register.byte)
            }
            return conditions.contains(name)
                ? .unknownCondition("`\(name)`") : .unknownAction("`\(name)`")
        }
    }

    /// What neither ends a rule nor changes what can be tested.
    private static let passedOver: Set<String> = ["counter", "log", "last", "dup", "flow_offload"]

    /// What goes on only under a condition.
    private static let conditions: Set<String> = ["limit", "quota", "connlimit"]

    /// The attribute with the register into which others load, and how many bytes at most.
    private static let loaders: [String: (UnsignedKey, Int)] = [
        "exthdr": (1, 4), "rt": (1, 16), "socket": (2, 8), "osf": (1, 16), "numgen": (1, 4),
        "hash": (2, 4), "xfrm": (1, 16), "tunnel": (2, 4),
    ]

    /// Reads a load from an extension header of IPv6 that only fragments and packets with a route have;
    /// `nil` if it is from another one.
    private static func otherHeader(_ data: Attributes) -> Instruction? {
        // NFTA_EXTHDR_TYPE, NFTA_EXTHDR_FLAGS and NFTA_EXTHDR_OP; IPPROTO_ROUTING and IPPROTO_FRAGMENT
        let type = data[UnsignedKey(rawValue: 2)]?.number(UInt8.self)
        guard type == 43 || type == 44, data.isZero(UnsignedKey(rawValue: 6)) else { return nil }
        if data.isZero(UnsignedKey(rawValue: 5)) { return .match(.otherHeader) }
        // NFT_EXTHDR_F_PRESENT
        return data.register(UnsignedKey(rawValue: 1)).map { .constant([0], to: $0.byte) }
    }

    private typealias Reader = @Sendable (Attributes) -> Instruction?

    private static let readers: [String: Reader] = [
        "meta": meta, "payload": payload, "ct": ct, "fib": fib, "bitwise": bitwise,
        "byteorder": byteorder, "cmp": compare, "range": range, "lookup": lookup,
        "immediate": immediate, "redir": redir,
        "masq": { _ in .verdict(.translateSource) },
        "reject": { _ in .verdict(.reject) },
        "queue": { _ in .verdict(.queue) },
        "notrack": { _ in .notrack },
        "tproxy": { _ in .verdict(.tproxy) },
        "synproxy": { _ in .verdict(.unknown) },
        "fwd": { _ in .verdict(.unknown) },
    ]

    // MARK: - Loads

    private static func meta(_ data: Attributes) -> Instruction? {
        guard let key = data.number(NFTA_META_KEY) else { return nil }
        if let from = data.register(NFTA_META_SREG) {
            return key == NFT_META_MARK.rawValue
                ? .setMark(from.byte, isOfConnection: false) : .constant([], to: 0)
        }
        return data.register(NFTA_META_DREG).map { register in
            .load(.meta(key), length: metaLength(key, at: register), to: register.byte)
        }
    }

    private static func metaLength(_ key: UInt32, at register: Register) -> Int {
        switch key {
        // The names of interfaces and of their kinds: BRI_IIFNAME, BRI_OIFNAME, IIFKIND, OIFKIND and
        // SDIFNAME.
        case NFT_META_IIFNAME.rawValue, NFT_META_OIFNAME.rawValue, 17, 18, 26, 27, 34: 16
        // TIME_NS
        case 30: 8
        case 0...35: 4
        // Of a key that is not known, the length is not known either.
        default: 64 - register.byte
        }
    }

    private static func payload(_ data: Attributes) -> Instruction? {
        // A header that is written changes the packet in ways that are not followed.
        guard data[NFTA_PAYLOAD_SREG] == nil else { return .changeHeader }
        guard let base = data.number(NFTA_PAYLOAD_BASE),
            let offset = data.number(NFTA_PAYLOAD_OFFSET).flatMap(Int.init(exactly:)),
            let length = data.number(NFTA_PAYLOAD_LEN).flatMap(Int.init(exactly:)),
            offset < 1 << 16, length <= 64, let to = data.register(NFTA_PAYLOAD_DREG)
        else { return nil }
        return .load(.payload(base: base, offset: offset), length: length, to: to.byte)
    }

    private static func ct(_ data: Attributes) -> Instruction? {
        guard let key = data.number(NFTA_CT_KEY) else { return nil }
        if let from = data.register(NFTA_CT_SREG) {
            return key == NFT_CT_MARK.rawValue
                ? .setMark(from.byte, isOfConnection: true) : .constant([], to: 0)
        }
        let isReply = data[NFTA_CT_DIRECTION]?.number(UInt8.self) == 1
        guard let register = data.register(NFTA_CT_DREG) else { return nil }
        let length =
            switch key {
            case NFT_CT_SRC.rawValue, NFT_CT_DST.rawValue, NFT_CT_LABELS.rawValue,
                NFT_CT_SRC_IP6.rawValue, NFT_CT_DST_IP6.rawValue, NFT_CT_HELPER.rawValue:
                16
            case NFT_CT_PROTO_SRC.rawValue, NFT_CT_PROTO_DST.rawValue: 2
            case NFT_CT_PKTS.rawValue, NFT_CT_BYTES.rawValue, NFT_CT_AVGPKT.rawValue: 8
            case 0...NFT_CT_ID.rawValue: 4
            default: 64 - register.byte
            }
        return .load(.connection(key, isReply: isReply), length: length, to: register.byte)
    }

    private static func fib(_ data: Attributes) -> Instruction? {
        guard let result = data.number(NFTA_FIB_RESULT), let flags = data.number(NFTA_FIB_FLAGS),
            let to = data.register(NFTA_FIB_DREG)
        else { return nil }
        let length = result == NFT_FIB_RESULT_OIFNAME.rawValue ? 16 : 4
        return .load(.route(result: result, flags: flags), length: length, to: to.byte)
    }

    // MARK: - Changes and comparisons

    private static func bitwise(_ data: Attributes) -> Instruction? {
        guard let from = data.register(NFTA_BITWISE_SREG), let to = data.register(NFTA_BITWISE_DREG)
        else { return nil }
        guard data.isZero(NFTA_BITWISE_OP), let mask = data.data(NFTA_BITWISE_MASK),
            let xor = data.data(NFTA_BITWISE_XOR), mask.count == xor.count
        else {
            let length = data.number(NFTA_BITWISE_LEN).map { Int(min($0, 64)) } ?? 4
            return .loadUnknown("a computed number", length: length, to: to.byte)
        }
        return .bitwise(from.byte, mask: mask, xor: xor, to: to.byte)
    }

    private static func byteorder(_ data: Attributes) -> Instruction? {
        guard let from = data.register(NFTA_BYTEORDER_SREG),
            let to = data.register(NFTA_BYTEORDER_DREG),
            let length = data.number(NFTA_BYTEORDER_LEN),
            let size = data.number(NFTA_BYTEORDER_SIZE),
            length <= 64, size <= 8
        else { return nil }
        return .byteorder(from.byte, length: Int(length), size: Int(size), to: to.byte)
    }

    private static func compare(_ data: Attributes) -> Instruction? {
        guard let register = data.register(NFTA_CMP_SREG), let value = data.data(NFTA_CMP_DATA),
            let comparison = data.number(NFTA_CMP_OP).flatMap(Comparison.init)
        else { return nil }
        return .compare(register.byte, comparison, value)
    }

    private static func range(_ data: Attributes) -> Instruction? {
        guard let register = data.register(NFTA_RANGE_SREG),
            let from = data.data(NFTA_RANGE_FROM_DATA), let to = data.data(NFTA_RANGE_TO_DATA),
            from.count == to.count, let comparison = data.number(NFTA_RANGE_OP)
        else { return nil }
        let isNegated = comparison == NFT_RANGE_NEQ.rawValue
        return .range(register.byte, isNegated: isNegated, from: from, to: to)
    }

    private static func lookup(_ data: Attributes) -> Instruction? {
        guard let set = data[NFTA_LOOKUP_SET]?.text, let from = data.register(NFTA_LOOKUP_SREG)
        else { return nil }
        guard let to = data.number(NFTA_LOOKUP_DREG) else {
            return .find(from.byte, in: set, isNegated: data.flags(NFTA_LOOKUP_FLAGS) & 1 != 0)
        }
        if to == NFT_REG_VERDICT.rawValue { return .obey(from.byte, by: set) }
        return Register(to).map { .map(from.byte, by: set, to: $0.byte) }
    }
}

extension Register {
    /// The offset of its first byte.
    var byte: Int { word * 4 }
}

extension Attributes {
    /// The bytes for a register in an attribute (`enum nft_data_attributes`).
    func data<Key: RawRepresentable<UInt32>>(_ key: Key) -> [UInt8]? {
        guard let value = nest(key)?[NFTA_DATA_VALUE], (1...64).contains(value.count) else {
            return nil
        }
        return value.array
    }
}

/// The number of an attribute that has no name in common with others.
struct UnsignedKey: RawRepresentable, ExpressibleByIntegerLiteral, Hashable {
    let rawValue: UInt32

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    init(integerLiteral value: UInt32) {
        rawValue = value
    }
}
