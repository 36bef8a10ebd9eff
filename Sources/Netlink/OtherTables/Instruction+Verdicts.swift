internal import CNetfilter
internal import OtherTables

/// Reads what ends a rule, or changes a packet's destination.
extension Instruction {
    static func immediate(_ data: Attributes) -> Instruction? {
        if data.number(NFTA_IMMEDIATE_DREG) == NFT_REG_VERDICT.rawValue {
            guard let verdict = data.nest(NFTA_IMMEDIATE_DATA)?.verdict else { return nil }
            // NFT_CONTINUE
            return verdict == .some(nil) ? .constant([], to: 0) : verdict.map { .verdict($0) }
        }
        guard let to = data.register(NFTA_IMMEDIATE_DREG),
            let value = data.data(NFTA_IMMEDIATE_DATA)
        else { return nil }
        return .constant(value, to: to.byte)
    }

    static func redir(_ data: Attributes) -> Instruction? {
        let port = data.part(NFTA_REDIR_REG_PROTO_MIN, NFTA_REDIR_REG_PROTO_MAX)
        return .verdict(.translate(.init(address: .unknown, port: port, isToThisMachine: true)))
    }

    static func nat(_ data: Attributes, family: UInt8) -> Instruction {
        guard data.number(NFTA_NAT_TYPE) == NFT_NAT_DNAT.rawValue else {
            return .verdict(.translateSource)
        }
        let address = data.part(NFTA_NAT_REG_ADDR_MIN, NFTA_NAT_REG_ADDR_MAX)
        let port = data.part(NFTA_NAT_REG_PROTO_MIN, NFTA_NAT_REG_PROTO_MAX)
        return .verdict(.translate(.init(address: address, port: port)))
    }

    /// A named object; of some kinds, a packet may fail it.
    static func objref(_ data: Attributes) -> Instruction? {
        guard let type = data.number(NFTA_OBJREF_IMM_TYPE).map({ Int32($0) }) else {
            return .unknownCondition("a map of named objects")
        }
        switch type {
        case NFT_OBJECT_QUOTA: return .unknownCondition("a quota")
        case NFT_OBJECT_LIMIT: return .unknownCondition("a limit")
        case NFT_OBJECT_CONNLIMIT: return .unknownCondition("a limit of connections")
        case NFT_OBJECT_SYNPROXY: return .unknownAction("`synproxy`")
        // They change nothing that decides: counters, helpers, tunnels, timeouts, security marks and
        // expectations.
        case NFT_OBJECT_COUNTER, NFT_OBJECT_CT_HELPER, NFT_OBJECT_TUNNEL, NFT_OBJECT_CT_TIMEOUT,
            NFT_OBJECT_SECMARK, NFT_OBJECT_CT_EXPECT:
            return nil
        default: return .unknownCondition("a named object")
        }
    }

    /// An element is added to a set, which may be full, or have instructions that a packet fails.
    static func dynset(_ data: Attributes) -> Instruction? {
        .unknownCondition("a set that rules fill")
    }
}

extension Attributes {
    /// The verdict in the attributes of data; `nil` if there is none, `.some(nil)` if the rule just goes
    /// on.
    var verdict: Verdict?? {
        guard let verdict = nest(NFTA_DATA_VERDICT),
            let code = verdict.number(NFTA_VERDICT_CODE).map({ Int32(bitPattern: $0) })
        else { return nil }
        let chain = verdict[NFTA_VERDICT_CHAIN]?.text
        switch code {
        case Int32(CNETFILTER_DROP.rawValue): return .drop
        case Int32(CNETFILTER_ACCEPT.rawValue): return .accept
        case NFT_RETURN.rawValue: return .return
        case NFT_JUMP.rawValue: return chain.map { .jump($0) }
        case NFT_GOTO.rawValue: return chain.map { .goto($0) }
        case NFT_CONTINUE.rawValue: return .some(nil)
        // NF_QUEUE has the queue's number in the upper bits.
        case _ where code & 0xFF == 3: return .queue
        default: return .unknown
        }
    }

    /// Where a part of a new destination is.
    fileprivate func part<Key: RawRepresentable<UInt32>>(
        _ first: Key,
        _ last: Key
    ) -> Verdict.Translation.Part {
        guard let register = register(first) else { return .same }
        // Of a range, the kernel chooses.
        guard self[last] == nil || self.register(last) == register else { return .unknown }
        return .register(register.byte)
    }
}
