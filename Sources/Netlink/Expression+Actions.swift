internal import CNetfilter

/// Instructions that do something, and those that prepare it.
extension Expression {
    static func immediate(_ data: Attributes) -> Expression? {
        guard data.endsBy(NFTA_IMMEDIATE_DATA) else { return nil }
        if data.number(NFTA_IMMEDIATE_DREG) == NFT_REG_VERDICT.rawValue {
            return data.nest(NFTA_IMMEDIATE_DATA).flatMap(verdict)
        }
        guard let to = data.register(NFTA_IMMEDIATE_DREG),
            let value = data.value(NFTA_IMMEDIATE_DATA)
        else { return nil }
        return .constant(value, to: to)
    }

    private static func verdict(_ data: Attributes) -> Expression? {
        guard data[NFTA_DATA_VALUE] == nil, data.endsBy(NFTA_DATA_VERDICT),
            let verdict = data.nest(NFTA_DATA_VERDICT), verdict.endsBy(NFTA_VERDICT_CHAIN),
            let code = verdict.number(NFTA_VERDICT_CODE)
        else { return nil }
        guard let name = verdict[NFTA_VERDICT_CHAIN] else {
            return .verdict(code: Int32(bitPattern: code), chain: nil)
        }
        return name.wholeText.map { .verdict(code: Int32(bitPattern: code), chain: $0) }
    }

    /// A named counter.
    static func objref(_ data: Attributes) -> Expression? {
        guard data.endsBy(NFTA_OBJREF_IMM_NAME),
            data.number(NFTA_OBJREF_IMM_TYPE) == UInt32(NFT_OBJECT_COUNTER)
        else { return nil }
        return data[NFTA_OBJREF_IMM_NAME]?.wholeText.map { .counter($0) }
    }

    static func limit(_ data: Attributes) -> Expression? {
        guard data.endsBy(NFTA_LIMIT_PAD),
            // The type 0 is NFT_LIMIT_PKTS.
            data.isZero(NFTA_LIMIT_TYPE), data.isZero(NFTA_LIMIT_FLAGS),
            let count = data[NFTA_LIMIT_RATE]?.number(UInt64.self),
            let seconds = data[NFTA_LIMIT_UNIT]?.number(UInt64.self)
        else { return nil }
        return .limit(count: count, seconds: seconds, burst: data.number(NFTA_LIMIT_BURST) ?? 0)
    }

    static func log(_ data: Attributes) -> Expression? {
        guard data.endsBy(NFTA_LOG_FLAGS), data.isZero(NFTA_LOG_SNAPLEN),
            data.isZero(NFTA_LOG_QTHRESHOLD), data.isZero(NFTA_LOG_FLAGS),
            let prefix = data[NFTA_LOG_PREFIX]?.wholeText
        else { return nil }
        let group = data[NFTA_LOG_GROUP].map { $0.number(UInt16.self) }
        if group == .some(nil) { return nil }
        return .log(
            PrefixedLog(prefix: prefix, group: group ?? nil, level: data.number(NFTA_LOG_LEVEL))
        )
    }

    static func nat(_ data: Attributes) -> Expression? {
        guard data.endsBy(NFTA_NAT_FLAGS), let family = data.number(NFTA_NAT_FAMILY) else {
            return nil
        }
        if data.flags(NFTA_NAT_FLAGS) & CNETFILTER_NETMAP.rawValue != 0 {
            return prefix(data, family)
        }
        let address = data.registers(NFTA_NAT_REG_ADDR_MIN, NFTA_NAT_REG_ADDR_MAX)
        let port = data.registers(NFTA_NAT_REG_PROTO_MIN, NFTA_NAT_REG_PROTO_MAX)
        guard let address, let port,
            data.hasFlags(NFTA_NAT_FLAGS, address: address.one, port: port.one)
        else { return nil }
        switch data.number(NFTA_NAT_TYPE) {
        case NFT_NAT_DNAT.rawValue:
            return .translateDestination(family: family, address: address.one, port: port.one)
        case NFT_NAT_SNAT.rawValue:
            guard let address = address.one, port.one == nil else { return nil }
            return .translateSource(family: family, address: address)
        default: return nil
        }
    }

    private static func prefix(_ data: Attributes, _ family: UInt32) -> Expression? {
        let implied = CNETFILTER_NETMAP.rawValue | CNETFILTER_MAP_IPS.rawValue
        guard data.number(NFTA_NAT_TYPE) == NFT_NAT_DNAT.rawValue,
            data.flags(NFTA_NAT_FLAGS) & ~implied == 0,
            data[NFTA_NAT_REG_PROTO_MIN] == nil, data[NFTA_NAT_REG_PROTO_MAX] == nil,
            let first = data.register(NFTA_NAT_REG_ADDR_MIN),
            let last = data.register(NFTA_NAT_REG_ADDR_MAX), first != last
        else { return nil }
        return .translateToPrefix(family: family, first: first, last: last)
    }

    static func redir(_ data: Attributes) -> Expression? {
        guard data.endsBy(NFTA_REDIR_FLAGS),
            let port = data.registers(NFTA_REDIR_REG_PROTO_MIN, NFTA_REDIR_REG_PROTO_MAX),
            data.hasFlags(NFTA_REDIR_FLAGS, address: nil, port: port.one)
        else { return nil }
        return .redirect(port: port.one)
    }

    static func masq(_ data: Attributes) -> Expression? {
        data.endsBy(NFTA_MASQ_FLAGS) && data.isZero(NFTA_MASQ_FLAGS) ? .masquerade : nil
    }
}

extension Attributes {
    /// The one register that gives both ends of a range, or none; `nil` if there are two.
    fileprivate func registers<Key: RawRepresentable<UInt32>>(
        _ first: Key,
        _ last: Key
    ) -> (one: Register?, Void)? {
        guard self[first] != nil || self[last] != nil else { return (nil, ()) }
        guard let register = register(first), self[last] == nil || self.register(last) == register
        else { return nil }
        return (register, ())
    }

    /// Whether the flags say no more than what is given.
    fileprivate func hasFlags<Key: RawRepresentable<UInt32>>(
        _ key: Key,
        address: Register?,
        port: Register?
    ) -> Bool {
        var implied: UInt32 = 0
        if address != nil { implied |= CNETFILTER_MAP_IPS.rawValue }
        if port != nil { implied |= CNETFILTER_PROTO_SPECIFIED.rawValue }
        return flags(key) & ~implied == 0
    }
}
