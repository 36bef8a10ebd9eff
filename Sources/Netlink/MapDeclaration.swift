internal import Addressing
internal import CNetfilter
internal import RulesetModel

/// The type of a part of a map's key.
///
/// The kernel keeps libnftables' numbers for them (`enum datatypes` of its `datatype.h`).
enum KeyPart: Hashable {
    case interface
    case user
    case group
    case mark
    case address(IPFamily)
    case transport
    case port

    /// Reads a number of libnftables'.
    init?(number: UInt32) {
        switch number {
        case 7: self = .address(.ipv4)
        case 8: self = .address(.ipv6)
        case 12: self = .transport
        case 13: self = .port
        case 19: self = .mark
        case 24: self = .user
        case 25: self = .group
        case 41: self = .interface
        default: return nil
        }
    }

    /// The type of what is asked for.
    init(_ field: KeyField) {
        switch field {
        case .inputInterface, .outputInterface: self = .interface
        case .user: self = .user
        case .group: self = .group
        case .mark: self = .mark
        case .sourceAddress(let family), .destinationAddress(let family): self = .address(family)
        case .transport: self = .transport
        case .sourcePort, .destinationPort: self = .port
        }
    }

    /// What maps with such a part are usually asked for.
    var usualField: KeyField {
        switch self {
        case .interface: .inputInterface
        case .user: .user
        case .group: .group
        case .mark: .mark
        case .address(let family): .destinationAddress(family)
        case .transport: .transport
        case .port: .destinationPort
        }
    }

    /// Whether it is a number of the machine's, which need not have the order of packets.
    var isNative: Bool {
        switch self {
        case .user, .group, .mark: true
        case .interface, .address, .transport, .port: false
        }
    }

    /// How many bytes it has.
    var length: Int { usualField.length }

    /// How many words of 32 bits it takes in a register and in a key.
    var words: Int { (length + 3) / 4 }
}

/// What a map or a set says of its keys and values.
struct MapDeclaration: Hashable {
    let key: [KeyPart]
    let value: MapType.Value

    /// Whether keys are compared as ranges, and so stand in the order of packets as a whole.
    let isInterval: Bool

    /// Whether elements can end by themselves.
    let isTimed: Bool

    /// Reads what a map says, or returns `nil` if these are no types of ours, or do not fit together.
    init?(_ map: Attributes, flags: UInt32) {
        let isMap = flags & NFT_SET_MAP.rawValue != 0
        guard flags & NFT_SET_OBJECT.rawValue == 0, let keyType = map.number(NFTA_SET_KEY_TYPE),
            let key = Self.parts(keyType),
            isMap == (map[NFTA_SET_DATA_TYPE] != nil),
            let value = isMap ? map.number(NFTA_SET_DATA_TYPE).flatMap(Self.value) : .member,
            map.number(NFTA_SET_KEY_LEN) == UInt32(Self.length(key)),
            Self.describes(map.nest(NFTA_SET_DESC)?[NFTA_SET_DESC_CONCAT], key)
        else { return nil }
        self.key = key
        self.value = value
        isInterval = flags & NFT_SET_INTERVAL.rawValue != 0
        isTimed = flags & NFT_SET_TIMEOUT.rawValue != 0
        guard
            value == .verdict || value == .member
                || map.number(NFTA_SET_DATA_LEN) == UInt32(value.length)
        else {
            return nil
        }
    }

    /// How many bytes a key has: one part alone as many as it needs, several as many as registers do.
    var keyLength: Int { Self.length(key) }

    /// How the bytes of a part stand.
    func order(of part: KeyPart) -> ByteOrder {
        part.isNative && !isInterval ? .host : .network
    }

    private static func length(_ key: [KeyPart]) -> Int {
        key.count == 1 ? key[0].length : 4 * key.reduce(0) { $0 + $1.words }
    }

    /// The types of the parts: six bits for each, the last one lowest.
    private static func parts(_ type: UInt32) -> [KeyPart]? {
        var parts: [KeyPart] = []
        var rest = type
        while rest > 0 {
            guard parts.count < MapType.mostFields, let part = KeyPart(number: rest & 0x3F) else {
                return nil
            }
            parts.append(part)
            rest >>= 6
        }
        return parts.isEmpty ? nil : parts.reversed()
    }

    private static func value(_ type: UInt32) -> MapType.Value? {
        guard type != NFT_DATA_VERDICT.rawValue else { return .verdict }
        guard let parts = parts(type) else { return nil }
        switch (parts[0], parts.count) {
        case (.port, 1): return .port
        case (.address(let family), 1): return .address(family)
        case (.address(let family), 2) where parts[1] == .port: return .addressAndPort(family)
        default: return nil
        }
    }

    /// Whether the widths that the kernel has for the parts, if it has some, are theirs.
    private static func describes(_ widths: Bytes?, _ key: [KeyPart]) -> Bool {
        guard let widths else { return true }
        var list = AttributeList(widths)
        var rest = key[...]
        while let (type, value) = list.next() {
            guard type == NFTA_LIST_ELEM.rawValue, let part = rest.popFirst(),
                value.only(NFTA_SET_FIELD_LEN)?.number(UInt32.self) == UInt32(part.length)
            else { return false }
        }
        return !list.isDamaged && rest.isEmpty
    }
}

// MARK: - Flags

extension MapDeclaration {
    /// Whether a map has no flags that change what a lookup finds, other than those of our own maps.
    ///
    /// Its user data only describes it, and NFTA_SET_POLICY only chooses how the kernel stores it.
    func isPlain(_ map: Attributes, flags: UInt32) -> Bool {
        let description = map.nest(NFTA_SET_DESC)
        let isConcatenation = flags & NFT_SET_CONCAT.rawValue != 0
        var known = NFT_SET_CONCAT.rawValue
        if value != .member { known |= NFT_SET_MAP.rawValue }
        switch flags & ~known {
        case 0: return !isConcatenation || key.count > 1
        case NFT_SET_TIMEOUT.rawValue: return value == .member && key.count > 1
        // A key whose parts the kernel does not know is one long number to it.
        case NFT_SET_INTERVAL.rawValue:
            return isConcatenation && key.count > 1 && description?[NFTA_SET_DESC_CONCAT] != nil
        default: return false
        }
    }
}

extension MapType.Value {
    /// How many bytes a value has; several parts take as many as registers do.
    var length: Int {
        switch self {
        case .port: 2
        case .address(let family): family.bitWidth / 8
        case .addressAndPort(let family): family.bitWidth / 8 + 4
        case .verdict, .member: 0
        }
    }
}
