internal import Addressing
internal import RulesetModel

/// Maps of every shape, and rules that ask them.
extension RulesetGenerator {
    /// More elements than one message takes.
    private static let many = 420

    /// So many bytes the registers hold; less, where there is an address in some of them.
    private static let (room, roomBesideAddress) = (64, 48)

    mutating func map(_ name: String, _ targets: [String]) -> LookupMap {
        let family = IPFamily.allCases.randomElement(using: &random) ?? .ipv4
        let key = key(family)
        let values: [MapType.Value] = [
            .port, .address(family), .addressAndPort(family), .verdict, .member,
        ]
        let found = values.randomElement(using: &random) ?? .port
        let isTimed = found == .member && key.count > 1 && random.once(in: 3)
        let type = MapType(
            key: key,
            value: found,
            isInterval: key.count > 1 && !isTimed && random.once(in: 2),
            isCounting: !isTimed && random.once(in: 2),
            isTimed: isTimed
        )
        let redirect = random.once(in: 2) ? comment() : nil
        let elements = (isTimed ? [] : keys(for: type)).compactMap { key -> MapElement? in
            guard let value = value(type.value, targets) else { return nil }
            let own = random.once(in: 3) ? nil : comment()
            return MapElement(key: key, value: value, redirect: redirect ?? own)
        }
        return LookupMap(name: name, type: type, elements: elements)
    }

    /// A statement that asks a map, with all that its question implies in the selector.
    mutating func question(to map: LookupMap, beside selector: inout Selector) -> Statement {
        let swapped = map.type.key.map(\.counterpart)
        let key = random.once(in: 8) ? swapped : map.type.key
        let lookup = Lookup(map.name, by: key)
        let hasPort = !Set(key).isDisjoint(with: [.sourcePort, .destinationPort])
        let families = key.compactMap(\.family)
        if hasPort || map.type.value.hasPort, selector.protocols.isEmpty {
            selector.protocols = TransportProtocol.allCases
        }
        if let family = families.first ?? map.type.value.family, selector.family != family {
            selector.family = families.isEmpty && random.once(in: 2) ? nil : family
            selector.sourceAddresses = nil
            selector.destinationAddresses = nil
            selector.dscp = nil
        }
        switch map.type.value {
        case .address(let family), .addressAndPort(let family):
            return .dnatMapped(family, by: lookup)
        case .verdict: return .verdict(by: lookup)
        case .member:
            selector.member = lookup
            return random.once(in: 2) ? .drop : .label(label())
        case .port:
            let family = selector.family ?? .ipv4
            let address = IPAddress(family: family, bits: number(in: family))
            let hasRoom = key.reduce(0) { $0 + $1.room } <= Self.roomBesideAddress
            if hasRoom, random.once(in: 3), let address {
                return .dnat(to: address, port: .mapped(by: lookup))
            }
            return random.once(in: 2)
                ? .redirect(port: .mapped(by: lookup)) : .dnatPort(to: .mapped(by: lookup))
        }
    }

    private mutating func key(_ family: IPFamily) -> [KeyField] {
        let fields: [KeyField] = [
            .inputInterface, .outputInterface, .user, .group, .mark, .sourceAddress(family),
            .destinationAddress(family), .transport, .sourcePort, .destinationPort,
        ]
        let count = Int.random(in: 1...MapType.mostFields, using: &random)
        var key: [KeyField] = []
        var rest = Self.room
        for field in fields.shuffled(using: &random).prefix(count) where field.room <= rest {
            key.append(field)
            rest -= field.room
        }
        return key
    }

    /// Keys of which no two overlap.
    private mutating func keys(for type: MapType) -> [MapKey] {
        let count = random.once(in: 8) ? 0 : Int.random(in: 1...12, using: &random)
        var keys: [MapKey] = []
        for _ in 0..<count {
            let key = MapKey(type.key.map { numbers(for: $0, isRange: type.isInterval) })
            if !keys.contains(where: key.overlaps) { keys.append(key) }
        }
        guard random.once(in: 10), let wide = type.key.firstIndex(where: { $0.isCountable }) else {
            return keys
        }
        // Too many for the test of each against each: one part tells them apart.
        return (0..<Self.many).map { index in
            var key = MapKey(type.key.map { numbers(for: $0, isRange: type.isInterval) })
            let first = UInt128(1000 + 10 * index)
            key.parts[wide] =
                type.isInterval && random.once(in: 2) ? first...(first + 9) : first...first
            return key
        }
    }

    private mutating func numbers(for field: KeyField, isRange: Bool) -> ClosedRange<UInt128> {
        let first = number(for: field)
        guard isRange, field.type != "ifname", !random.once(in: 3) else { return first...first }
        if random.once(in: 6) { return 0...field.highest }
        if random.once(in: 2), let family = field.family {
            // A prefix.
            let bits = Int.random(in: 1..<family.bitWidth, using: &random)
            let hosts = (UInt128(1) << UInt128(bits)) - 1
            return (first & ~hosts)...(first | hosts)
        }
        let last = number(for: field)
        return min(first, last)...max(first, last)
    }

    private mutating func number(for field: KeyField) -> UInt128 {
        switch field {
        case .inputInterface, .outputInterface:
            let names = ["lo", "eth0", "eth0.100", "wg-home", "fifteen-letters", "a", "2"]
            return KeyField.number(ofInterface: names.randomElement(using: &random) ?? "lo")
        case .sourceAddress(let family), .destinationAddress(let family): return number(in: family)
        case .transport where random.once(in: 2):
            return UInt128(TransportProtocol.allCases.randomElement(using: &random)?.number ?? 6)
        case .transport, .sourcePort, .destinationPort, .user, .group, .mark:
            let ends = [0, 1, 255, 256, 1000, 65534, field.highest]
            let end = ends.randomElement(using: &random) ?? 0
            return random.once(in: 2)
                ? min(end, field.highest) : .random(in: 0...field.highest, using: &random)
        }
    }

    private mutating func value(_ type: MapType.Value, _ targets: [String]) -> MapValue? {
        switch type {
        case .member: return .member
        case .port: return port().map { .port($0) }
        case .address(let family):
            return IPAddress(family: family, bits: number(in: family)).map { .address($0) }
        case .addressAndPort(let family):
            guard let address = IPAddress(family: family, bits: number(in: family)),
                let port = port()
            else { return nil }
            return .addressAndPort(address, port)
        case .verdict:
            let target = random.once(in: 3) ? nil : targets.randomElement(using: &random)
            return target.map { .jump(to: $0) } ?? .accept
        }
    }
}

extension KeyField {
    /// The other field of the same type, where there is one.
    fileprivate var counterpart: KeyField {
        switch self {
        case .inputInterface: .outputInterface
        case .outputInterface: .inputInterface
        case .sourceAddress(let family): .destinationAddress(family)
        case .destinationAddress(let family): .sourceAddress(family)
        case .sourcePort: .destinationPort
        case .destinationPort: .sourcePort
        case .user, .group, .mark, .transport: self
        }
    }

    fileprivate var family: IPFamily? {
        switch self {
        case .sourceAddress(let family), .destinationAddress(let family): family
        default: nil
        }
    }

    /// How many bytes it takes in registers.
    fileprivate var room: Int { (length + 3) & ~3 }

    /// Whether it has many numbers, all of which can be said.
    fileprivate var isCountable: Bool { type != "ifname" && length > 1 }
}

extension MapType.Value {
    fileprivate var family: IPFamily? {
        switch self {
        case .address(let family), .addressAndPort(let family): family
        case .port, .verdict, .member: nil
        }
    }

    fileprivate var hasPort: Bool {
        switch self {
        case .port, .addressAndPort: true
        case .address, .verdict, .member: false
        }
    }
}

extension MapValue {
    var isJump: Bool { if case .jump = self { true } else { false } }
}
