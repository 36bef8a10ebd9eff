internal import Addressing
internal import RulesetModel

/// What the declaration of a map says of its keys and values, in the names of their types.
struct MapDeclaration {
    /// What is asked for, as far as the types tell: not which address, nor which interface.
    let key: [KeyField]

    let value: MapType.Value

    /// Reads the `map` or `set` of a listing, `nil` if its types are not ours.
    init?(listing object: JSONObject, isMap: Bool) {
        guard let types = object["type"]?.typeNames,
            let values = isMap ? object["map"]?.typeNames : []
        else { return nil }
        let key = types.compactMap(Self.field)
        guard !key.isEmpty, key.count == types.count else { return nil }
        self.key = key
        switch values {
        case ["inet_service"]: value = .port
        case ["ipv4_addr"]: value = .address(.ipv4)
        case ["ipv6_addr"]: value = .address(.ipv6)
        case ["ipv4_addr", "inet_service"]: value = .addressAndPort(.ipv4)
        case ["ipv6_addr", "inet_service"]: value = .addressAndPort(.ipv6)
        case ["verdict"]: value = .verdict
        case [] where !isMap: value = .member
        default: return nil
        }
    }

    private static func field(ofType name: String) -> KeyField? {
        switch name {
        case "ifname": .inputInterface
        case "uid": .user
        case "gid": .group
        case "mark": .mark
        case "ipv4_addr": .destinationAddress(.ipv4)
        case "ipv6_addr": .destinationAddress(.ipv6)
        case "inet_proto": .transport
        case "inet_service": .destinationPort
        default: nil
        }
    }

    /// Whether maps like this one can be asked for these.
    func fits(_ fields: [KeyField]) -> Bool { fields.map(\.type) == key.map(\.type) }
}

extension JSONValue {
    /// The names of types: of one, of several in a list, or, up to 1.0.9, of several in one text.
    fileprivate var typeNames: [String]? {
        if let text { return text.split(separator: " . ").map(String.init) }
        return list?.compactMap(\.text)
    }
}
