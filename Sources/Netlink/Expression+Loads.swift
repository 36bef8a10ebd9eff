internal import CNetfilter

/// Instructions that put something about a packet, or a number, into a register.
extension Expression {
    static func meta(_ data: Attributes) -> Expression? {
        guard data.endsBy(NFTA_META_KEY), let key = data.number(NFTA_META_KEY),
            let to = data.register(NFTA_META_DREG)
        else { return nil }
        return .meta(key: key, to: to)
    }

    static func payload(_ data: Attributes) -> Expression? {
        guard data.endsBy(NFTA_PAYLOAD_LEN), let base = data.number(NFTA_PAYLOAD_BASE),
            let offset = data.number(NFTA_PAYLOAD_OFFSET),
            let length = data.number(NFTA_PAYLOAD_LEN), let to = data.register(NFTA_PAYLOAD_DREG)
        else { return nil }
        return .payload(base: base, offset: offset, length: length, to: to)
    }

    static func ct(_ data: Attributes) -> Expression? {
        guard data[NFTA_CT_SREG] == nil else { return setCt(data) }
        guard data.endsBy(NFTA_CT_DIRECTION), let key = data.number(NFTA_CT_KEY),
            let to = data.register(NFTA_CT_DREG)
        else { return nil }
        let direction = data[NFTA_CT_DIRECTION].map { $0.number(UInt8.self) }
        if direction == .some(nil) { return nil }
        return .connection(key: key, direction: direction ?? nil, to: to)
    }

    /// `ct KEY set`; of all keys, only labels.
    private static func setCt(_ data: Attributes) -> Expression? {
        guard data.endsBy(NFTA_CT_SREG), data[NFTA_CT_DREG] == nil,
            data[NFTA_CT_DIRECTION] == nil,
            data.number(NFTA_CT_KEY) == NFT_CT_LABELS.rawValue
        else { return nil }
        return data.register(NFTA_CT_SREG).map { .setLabel(from: $0) }
    }

    static func socket(_ data: Attributes) -> Expression? {
        guard data.endsBy(NFTA_SOCKET_LEVEL),
            data.number(NFTA_SOCKET_KEY) == NFT_SOCKET_CGROUPV2.rawValue,
            let level = data.number(NFTA_SOCKET_LEVEL), let to = data.register(NFTA_SOCKET_DREG)
        else { return nil }
        return .socket(level: level, to: to)
    }

    static func fib(_ data: Attributes) -> Expression? {
        guard data.endsBy(NFTA_FIB_FLAGS),
            data.number(NFTA_FIB_RESULT) == NFT_FIB_RESULT_ADDRTYPE.rawValue,
            data.number(NFTA_FIB_FLAGS) == NFTA_FIB_F_DADDR.rawValue,
            let to = data.register(NFTA_FIB_DREG)
        else { return nil }
        return .destinationType(to: to)
    }

    static func numgen(_ data: Attributes) -> Expression? {
        guard data.endsBy(NFTA_NG_OFFSET), data.isZero(NFTA_NG_OFFSET),
            let modulus = data.number(NFTA_NG_MODULUS), let to = data.register(NFTA_NG_DREG)
        else { return nil }
        switch data.number(NFTA_NG_TYPE) {
        case NFT_NG_RANDOM.rawValue: return .draw(isRandom: true, modulus: modulus, to: to)
        case NFT_NG_INCREMENTAL.rawValue: return .draw(isRandom: false, modulus: modulus, to: to)
        default: return nil
        }
    }

    static func hash(_ data: Attributes) -> Expression? {
        guard data.endsBy(NFTA_HASH_TYPE),
            // The type 0 is NFT_HASH_JENKINS.
            data.isZero(NFTA_HASH_TYPE), data.isZero(NFTA_HASH_OFFSET),
            let from = data.register(NFTA_HASH_SREG),
            let length = data.number(NFTA_HASH_LEN),
            let modulus = data.number(NFTA_HASH_MODULUS), let seed = data.number(NFTA_HASH_SEED),
            let to = data.register(NFTA_HASH_DREG)
        else { return nil }
        return .hash(from, length: length, modulus: modulus, seed: seed, to: to)
    }
}
