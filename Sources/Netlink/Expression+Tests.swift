internal import CNetfilter

/// Instructions that change a register, or compare it.
extension Expression {
    /// `(register & mask) ^ xor`, with nothing to turn round.
    static func bitwise(_ data: Attributes) -> Expression? {
        guard data.endsBy(NFTA_BITWISE_DATA), data[NFTA_BITWISE_DATA] == nil,
            // The operation 0 has had several names in the kernel's headers.
            data.isZero(NFTA_BITWISE_OP),
            let mask = data.value(NFTA_BITWISE_MASK), let turned = data.value(NFTA_BITWISE_XOR),
            turned.bits == 0, turned.length == mask.length,
            data.number(NFTA_BITWISE_LEN) == UInt32(mask.length),
            let from = data.register(NFTA_BITWISE_SREG), let to = data.register(NFTA_BITWISE_DREG)
        else { return nil }
        return .mask(from, with: mask, to: to)
    }

    /// A single number from the machine's order to the network's.
    ///
    /// A single byte has no order; libnftables turns it by twos, of which the kernel finds none.
    static func byteorder(_ data: Attributes) -> Expression? {
        guard data.endsBy(NFTA_BYTEORDER_SIZE),
            data.number(NFTA_BYTEORDER_OP) == NFT_BYTEORDER_HTON.rawValue,
            let length = data.number(NFTA_BYTEORDER_LEN),
            let size = data.number(NFTA_BYTEORDER_SIZE),
            size == length || (length == 1 && size == 2),
            let from = data.register(NFTA_BYTEORDER_SREG),
            let to = data.register(NFTA_BYTEORDER_DREG)
        else { return nil }
        return .toNetworkOrder(from, length: length, to: to)
    }

    static func compare(_ data: Attributes) -> Expression? {
        guard data.endsBy(NFTA_CMP_DATA), let from = data.register(NFTA_CMP_SREG),
            let value = data.value(NFTA_CMP_DATA)
        else { return nil }
        switch data.number(NFTA_CMP_OP) {
        case NFT_CMP_EQ.rawValue: return .compare(from, .equal, value)
        case NFT_CMP_NEQ.rawValue: return .compare(from, .unequal, value)
        case NFT_CMP_GTE.rawValue: return .compare(from, .atLeast, value)
        case NFT_CMP_LTE.rawValue: return .compare(from, .atMost, value)
        default: return nil
        }
    }

    static func range(_ data: Attributes) -> Expression? {
        guard data.endsBy(NFTA_RANGE_TO_DATA),
            data.number(NFTA_RANGE_OP) == NFT_RANGE_EQ.rawValue,
            let register = data.register(NFTA_RANGE_SREG),
            let from = data.value(NFTA_RANGE_FROM_DATA), let to = data.value(NFTA_RANGE_TO_DATA)
        else { return nil }
        return .range(register, from: from, to: to)
    }

    static func lookup(_ data: Attributes) -> Expression? {
        guard data.endsBy(NFTA_LOOKUP_FLAGS), data.isZero(NFTA_LOOKUP_FLAGS),
            let set = data[NFTA_LOOKUP_SET]?.wholeText, let from = data.register(NFTA_LOOKUP_SREG)
        else { return nil }
        guard data[NFTA_LOOKUP_DREG] != nil else { return .find(from, in: set) }
        if data.number(NFTA_LOOKUP_DREG) == NFT_REG_VERDICT.rawValue { return .obey(from, by: set) }
        return data.register(NFTA_LOOKUP_DREG).map { .map(from, by: set, to: $0) }
    }
}
