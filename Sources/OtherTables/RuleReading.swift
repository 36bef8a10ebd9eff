internal import CNetfilter

/// Which addresses and ports a rule reads.
struct RuleReading {
    /// What the rule asks for before it does anything.
    private(set) var key: RuleGuard?

    /// The parts that it reads.
    private(set) var parts: Set<RuleGuard.Part> = []

    private var loaded: [Instruction.RegisterOffset: PacketField] = [:]
    private var isOfOneFamily: Bool
    private var onlyTests = true

    init(_ rule: OtherRule, isOfOneFamily: Bool) {
        self.isOfOneFamily = isOfOneFamily
        for instruction in rule.instructions { read(instruction) }
    }

    private mutating func read(_ instruction: Instruction) {
        switch instruction {
        case .load(let field, let length, let register):
            loaded[register] = field
            parts.formUnion(field.parts(length))
        case .compare(let register, let comparison, let bytes):
            guard onlyTests, comparison == .equal, let field = loaded[register] else { return }
            if field == .meta(NFT_META_NFPROTO.rawValue) { isOfOneFamily = true }
            let bits = bytes.prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
            note(field.part(bytes.count, isOfOneFamily: isOfOneFamily), bits)
        case .match(let match):
            parts.formUnion(match.parts)
            guard case .ports(_, _, let ports, isDestinationNegated: false) = match,
                ports.count == 1
            else { return }
            note(.destinationPort, UInt128(ports.lowerBound))
        default: onlyTests = false
        }
    }

    /// Notes what is asked for; destinations are preferred, because they are known of most packets.
    private mutating func note(_ part: RuleGuard.Part?, _ bits: UInt128) {
        guard onlyTests, let part else { return }
        if key == nil || key?.part.isOfDestination == false && part.isOfDestination {
            key = RuleGuard(part: part, bits: bits)
        }
    }
}

extension PacketField {
    /// The part of a packet that the field is, if it is exactly one.
    fileprivate func part(_ length: Int, isOfOneFamily: Bool) -> RuleGuard.Part? {
        switch self {
        case .payload(NFT_PAYLOAD_TRANSPORT_HEADER.rawValue, 2) where length == 2: .destinationPort
        case .payload(NFT_PAYLOAD_TRANSPORT_HEADER.rawValue, 0) where length == 2: .sourcePort
        case .payload(NFT_PAYLOAD_NETWORK_HEADER.rawValue, 16) where length == 4 && isOfOneFamily,
            .payload(NFT_PAYLOAD_NETWORK_HEADER.rawValue, 24) where length == 16 && isOfOneFamily:
            .destinationAddress
        case .payload(NFT_PAYLOAD_NETWORK_HEADER.rawValue, 12) where length == 4 && isOfOneFamily,
            .payload(NFT_PAYLOAD_NETWORK_HEADER.rawValue, 8) where length == 16 && isOfOneFamily:
            .sourceAddress
        default: nil
        }
    }

    /// The parts of which the field has bytes, in a packet of any family.
    fileprivate func parts(_ length: Int) -> Set<RuleGuard.Part> {
        switch self {
        case .meta, .route: return []
        // A connection has the addresses and ports of its first packet.
        case .connection(NFT_CT_STATE.rawValue, _), .connection(NFT_CT_STATUS.rawValue, _),
            .connection(NFT_CT_MARK.rawValue, _):
            return []
        case .connection: return Set(RuleGuard.Part.allCases)
        case .payload(NFT_PAYLOAD_NETWORK_HEADER.rawValue, let offset):
            let bytes = offset..<offset + length
            let isSource = bytes.overlaps(12..<16) || bytes.overlaps(8..<24)
            let isDestination = bytes.overlaps(16..<20) || bytes.overlaps(24..<40)
            // Four bytes at 12 or at 16 are addresses of IPv4, and none of IPv6 in practice.
            if bytes == 12..<16 || bytes == 8..<24 { return [.sourceAddress] }
            if bytes == 16..<20 || bytes == 24..<40 { return [.destinationAddress] }
            return (isSource ? [.sourceAddress] as Set : []).union(
                isDestination ? [.destinationAddress] : []
            )
        case .payload(_, let offset):
            let bytes = offset..<offset + length
            return (bytes.overlaps(0..<2) ? [.sourcePort] as Set : []).union(
                bytes.overlaps(2..<4) ? [.destinationPort] : []
            )
        }
    }
}

extension IptablesMatch {
    /// The parts of a packet that the match reads.
    fileprivate var parts: Set<RuleGuard.Part> {
        switch self {
        case .ports(let source, _, let destination, _):
            (source == 0...UInt16.max ? [] : [.sourcePort] as Set).union(
                destination == 0...UInt16.max ? [] : [.destinationPort]
            )
        case .multiport: [.sourcePort, .destinationPort]
        case .state, .destinationType, .otherHeader: []
        }
    }
}
