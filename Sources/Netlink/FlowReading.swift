internal import Addressing
internal import CNetfilter
public import RulesetModel

extension TrackedFlow {
    /// Reads an entry of connection tracking (`enum ctattr_type`); `nil` if it is none, or the
    /// condition does not hold for its flow.
    ///
    /// There can be a million entries, so the identity is built only if the condition holds.
    public init?(_ message: Message, where isWanted: (Flow) -> Bool) {
        guard message.kind == .flow, let entry = Attributes(message.attributes),
            let flow = Flow(entry), isWanted(flow),
            let identity = Self.identity(of: entry)
        else { return nil }
        self.init(flow: flow, identity: identity, familyNumber: message.family)
    }

    private static func identity(of entry: Attributes) -> [UInt8]? {
        guard let tuple = entry[CTA_TUPLE_ORIG], let id = entry[CTA_ID] else { return nil }
        let zone = entry[CTA_ZONE].map { MessageBytes.attribute(CTA_ZONE.rawValue, $0.array) } ?? []
        return MessageBytes.attribute(CTA_TUPLE_ORIG.rawValue, tuple.array, isNested: true) + zone
            + MessageBytes.attribute(CTA_ID.rawValue, id.array)
    }
}

extension Flow {
    fileprivate init?(_ entry: Attributes) {
        guard let original = Tuple(entry.nest(CTA_TUPLE_ORIG)),
            let reply = Tuple(entry.nest(CTA_TUPLE_REPLY)),
            original.protocolNumber == reply.protocolNumber
        else { return nil }
        let status = entry.number(CTA_STATUS) ?? 0
        let tcp = entry.nest(CTA_PROTOINFO)?.nest(CTA_PROTOINFO_TCP)
        let state = tcp?[CTA_PROTOINFO_TCP_STATE]?.number(UInt8.self)
        self.init(
            protocolNumber: original.protocolNumber,
            client: original.source,
            destination: original.destination,
            // Replies come from the real target.
            target: reply.source,
            answerDestination: reply.destination,
            echoID: original.echoID,
            isTranslated: status & UInt32(CNETFILTER_DST_NAT.rawValue) != 0,
            isClosed: state.map { $0 >= UInt8(CNETFILTER_TCP_TIME_WAIT.rawValue) } ?? false
        )
    }

    /// One direction of a flow (`enum ctattr_tuple`).
    private struct Tuple {
        let source: End
        let destination: End
        let protocolNumber: UInt8
        let echoID: UInt16?

        init?(_ tuple: Attributes?) {
            guard let addresses = tuple?.nest(CTA_TUPLE_IP),
                let transport = tuple?.nest(CTA_TUPLE_PROTO),
                let number = transport[CTA_PROTO_NUM]?.number(UInt8.self),
                let source = addresses.address(CTA_IP_V4_SRC, CTA_IP_V6_SRC),
                let destination = addresses.address(CTA_IP_V4_DST, CTA_IP_V6_DST)
            else { return nil }
            self.source = End(address: source, port: transport.port(CTA_PROTO_SRC_PORT))
            self.destination = End(address: destination, port: transport.port(CTA_PROTO_DST_PORT))
            protocolNumber = number
            echoID =
                transport[CTA_PROTO_ICMP_ID]?.number(UInt16.self)
                ?? transport[CTA_PROTO_ICMPV6_ID]?.number(UInt16.self)
        }
    }
}

extension Attributes {
    fileprivate func address(_ ipv4: ctattr_ip, _ ipv6: ctattr_ip) -> IPAddress? {
        if let number = number(ipv4) { return IPAddress(family: .ipv4, bits: UInt128(number)) }
        guard let bytes = self[ipv6], bytes.count == 16 else { return nil }
        return bytes.bits.flatMap { IPAddress(family: .ipv6, bits: $0) }
    }

    fileprivate func port(_ key: ctattr_l4proto) -> Port? {
        self[key]?.number(UInt16.self).flatMap { Port($0) }
    }
}
