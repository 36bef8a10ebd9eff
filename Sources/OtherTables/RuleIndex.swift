internal import Addressing
internal import CNetfilter

/// Which rules of a long chain a packet can match, by the port or address that a rule asks for first.
struct RuleIndex: Sendable {
    private var byPort: [UInt16: [Int]] = [:]
    private var byAddress: [[UInt8]: [Int]] = [:]
    private var others: [Int] = []

    /// In shorter chains, each rule is tried.
    private static let fewRules = 16

    /// What a rule asks for.
    private enum Key {
        case port(UInt16)
        case address([UInt8])
    }

    /// Reads the rules of a chain; `nil` if they are few.
    init?(_ chain: OtherChain, in family: OtherTable.Family) {
        guard chain.rules.count > Self.fewRules else { return nil }
        for (place, rule) in chain.rules.enumerated() {
            switch Self.key(of: rule, isOfOneFamily: family == .ip || family == .ip6) {
            case .port(let port): byPort[port, default: []].append(place)
            case .address(let address): byAddress[address, default: []].append(place)
            case nil: others.append(place)
            }
        }
    }

    /// The places of the rules that a packet can match, in order; `nil` for all.
    func places(for packet: FilterPacket) -> [Int]? {
        guard let port = packet.destination.port, let address = packet.destination.address else {
            return nil
        }
        let found = (byPort[port] ?? []) + (byAddress[address.networkBytes] ?? [])
        return found.isEmpty ? others : (others + found).sorted()
    }

    /// The destination that a rule asks for before it does anything.
    private static func key(of rule: OtherRule, isOfOneFamily: Bool) -> Key? {
        var loaded: [Instruction.RegisterOffset: PacketField] = [:]
        var isOfOneFamily = isOfOneFamily
        for instruction in rule.instructions {
            switch instruction {
            case .load(let field, _, let register): loaded[register] = field
            case .compare(let register, .equal, let bytes):
                switch loaded[register] {
                case .payload(NFT_PAYLOAD_TRANSPORT_HEADER.rawValue, 2) where bytes.count == 2:
                    return .port(UInt16(bytes[0]) << 8 | UInt16(bytes[1]))
                case .payload(NFT_PAYLOAD_NETWORK_HEADER.rawValue, 16)
                where bytes.count == 4 && isOfOneFamily,
                    .payload(NFT_PAYLOAD_NETWORK_HEADER.rawValue, 24)
                where bytes.count == 16 && isOfOneFamily:
                    return .address(bytes)
                case .meta(NFT_META_NFPROTO.rawValue): isOfOneFamily = true
                default: break
                }
            case .match(.ports(_, _, let ports, isDestinationNegated: false))
            where ports.count == 1:
                return .port(ports.lowerBound)
            case .match: break
            default: return nil
            }
        }
        return nil
    }
}

extension OtherTable {
    /// The indices of the long chains, by name.
    var indices: [String: RuleIndex] {
        var indices: [String: RuleIndex] = [:]
        for chain in chains.values { indices[chain.name] = RuleIndex(chain, in: name.family) }
        return indices
    }
}
