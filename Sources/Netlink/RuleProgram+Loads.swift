internal import Addressing
internal import CNetfilter
internal import RulesetModel

/// Instructions that fill registers.
extension RuleProgram {
    /// Follows an instruction that fills a register, or returns `false` if none of ours does so.
    mutating func load(_ expression: Expression) -> Bool {
        switch expression {
        case .meta(let key, let to): load(Self.meta(key), to)
        case .payload(let base, let offset, let length, let to):
            load(Self.payload(base, offset, length), to)
        case .connection(let key, let direction, let to):
            load(Self.connection(key, direction), to)
        case .socket(let level, let to):
            load(LoadedField(.cgroup(level: Int(clamping: level)), length: 8, order: .host), to)
        case .destinationType(let to):
            load(LoadedField(.destinationType, length: 4, order: .host), to)
        case .draw(let isRandom, let modulus, let to):
            load(Self.draw(isRandom ? .random : .increasing, modulus), to)
        case .hash(let from, let length, let modulus, let seed, let to):
            hashes(from, length, seed) && load(Self.draw(.sourceHash, modulus), to)
        case .mask(let from, let mask, let to): self.mask(from, mask, to)
        case .toNetworkOrder(let from, let length, let to): turn(from, length, to)
        case .map(let from, let map, let to): self.map(from, map, to)
        case .constant(let value, let to): registers.write(.constant(value), to: to)
        default: false
        }
    }

    private mutating func load(_ field: LoadedField?, _ register: Register) -> Bool {
        field.map { registers.write(.field($0), to: register) } ?? false
    }

    private static func meta(_ key: UInt32) -> LoadedField? {
        switch key {
        case NFT_META_NFPROTO.rawValue: LoadedField(.family, length: 1)
        case NFT_META_L4PROTO.rawValue: LoadedField(.transport, length: 1)
        case NFT_META_IIFNAME.rawValue: LoadedField(.inputInterface, length: 16)
        case NFT_META_OIFNAME.rawValue: LoadedField(.outputInterface, length: 16)
        case NFT_META_SKUID.rawValue: LoadedField(.user, length: 4, order: .host)
        case NFT_META_SKGID.rawValue: LoadedField(.group, length: 4, order: .host)
        case NFT_META_MARK.rawValue: LoadedField(.mark, length: 4, order: .host)
        default: nil
        }
    }

    private static func payload(_ base: UInt32, _ offset: UInt32, _ length: UInt32)
        -> LoadedField?
    {
        // Headers are shorter, and what is compared is shorter still.
        guard offset <= 255, (1...16).contains(length) else { return nil }
        switch base {
        case NFT_PAYLOAD_NETWORK_HEADER.rawValue:
            return LoadedField(.network(offset: Int(offset)), length: Int(length))
        case NFT_PAYLOAD_TRANSPORT_HEADER.rawValue:
            return LoadedField(.ports(offset: Int(offset)), length: Int(length))
        default: return nil
        }
    }

    private static func connection(_ key: UInt32, _ direction: UInt8?) -> LoadedField? {
        guard let direction else {
            return switch key {
            case NFT_CT_STATUS.rawValue: LoadedField(.status, length: 4, order: .host)
            case NFT_CT_LABELS.rawValue: LoadedField(.label, length: 16, order: .host)
            default: nil
            }
        }
        guard direction == UInt8(CNETFILTER_ORIGINAL.rawValue) else { return nil }
        switch key {
        case NFT_CT_SRC_IP.rawValue:
            return LoadedField(.originalAddress(.source, .ipv4), length: 4)
        case NFT_CT_DST_IP.rawValue:
            return LoadedField(.originalAddress(.destination, .ipv4), length: 4)
        case NFT_CT_SRC_IP6.rawValue:
            return LoadedField(.originalAddress(.source, .ipv6), length: 16)
        case NFT_CT_DST_IP6.rawValue:
            return LoadedField(.originalAddress(.destination, .ipv6), length: 16)
        case NFT_CT_PROTO_SRC.rawValue: return LoadedField(.originalPort(.source), length: 2)
        case NFT_CT_PROTO_DST.rawValue:
            return LoadedField(.originalPort(.destination), length: 2)
        default: return nil
        }
    }

    private static func draw(_ method: LoadBalancing.Method, _ modulus: UInt32) -> LoadedField {
        LoadedField(.draw(method, modulus: modulus), length: 4, order: .host)
    }

    /// Whether a hash is that of the source address with the seed of all of ours.
    private mutating func hashes(_ register: Register, _ length: UInt32, _ seed: UInt32) -> Bool {
        guard let field = registers.field(register), field.mask == nil, let family,
            let source = HeaderPart.addresses(of: family).first(where: { $0.side == .source })
        else { return false }
        return seed == LoadBalancing.seed && field.field == .network(offset: source.offset)
            && field.length == source.length && length == UInt32(source.length)
    }

    private mutating func mask(_ from: Register, _ mask: RegisterValue, _ to: Register) -> Bool {
        guard var field = registers.field(from), field.mask == nil, mask.length == field.length
        else { return false }
        if let family, field.field == .network(offset: CodePoint.offset(in: family)),
            field.length == CodePoint.length(in: family), mask.bits == CodePoint.mask(in: family)
        {
            let codePoint = LoadedField(.codePoint(family), length: field.length)
            return registers.write(.field(codePoint), to: to)
        }
        field.mask = mask.number(in: field.order)
        return registers.write(.field(field), to: to)
    }

    private mutating func turn(_ from: Register, _ length: UInt32, _ to: Register) -> Bool {
        guard var field = registers.field(from), field.mask == nil, length == UInt32(field.length),
            field.order == .host || length == 1
        else { return false }
        field.order = .network
        return registers.write(.field(field), to: to)
    }
}
