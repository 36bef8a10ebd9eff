internal import Addressing
internal import RulesetModel

/// The question that a rule asks a map, as a listing has it.
struct LookupListing {
    /// The question.
    let lookup: Lookup

    /// What the map has for an answer.
    let value: MapType.Value

    /// The protocol of its ports, where the listing names it: libnftables does beside a match on one.
    let transport: TransportProtocol?

    /// Reads the `map` or `vmap` of a listing, or `nil` if the map is none of these.
    init?(listing value: JSONValue?, in maps: [String: MapDeclaration]) {
        guard let object = value?.object, object.hasOnly("key", "data") else { return nil }
        self.init(object["key"], object["data"], in: maps)
    }

    /// Reads the match of a rule as the question whether a named set has the connection, or nothing
    /// if it is another match.
    init?(membership match: JSONValue, in sets: [String: MapDeclaration]) {
        guard let object = match.object, object.hasOnly("op", "left", "right"),
            object["op"]?.text == "=="
        else { return nil }
        self.init(object["left"], object["right"], in: sets)
        guard value == .member else { return nil }
    }

    private init?(_ key: JSONValue?, _ data: JSONValue?, in maps: [String: MapDeclaration]) {
        guard let key, let data = data?.text, data.first == "@",
            let map = maps[String(data.dropFirst())]
        else { return nil }
        let parts = key.concatenated
        let fields = parts.compactMap { KeyField(listing: $0) }
        let transports = Set(parts.compactMap(\.transport))
        guard fields.count == parts.count, map.fits(fields), transports.count <= 1 else {
            return nil
        }
        lookup = Lookup(String(data.dropFirst()), by: fields)
        self.value = map.value
        transport = transports.first
    }
}

extension KeyField {
    fileprivate init?(listing value: JSONValue) {
        guard let member = value.object?.single, let object = member.value.object else {
            return nil
        }
        switch member.key {
        case "meta":
            guard object.hasOnly("key") else { return nil }
            switch object["key"]?.text {
            case "iifname": self = .inputInterface
            case "oifname": self = .outputInterface
            case "skuid": self = .user
            case "skgid": self = .group
            case "mark": self = .mark
            case "l4proto": self = .transport
            default: return nil
            }
        case "payload":
            guard object.hasOnly("protocol", "field"), let header = object["protocol"]?.text,
                let field = object["field"]?.text
            else { return nil }
            switch (header, field) {
            case ("ip", "saddr"): self = .sourceAddress(.ipv4)
            case ("ip", "daddr"): self = .destinationAddress(.ipv4)
            case ("ip6", "saddr"): self = .sourceAddress(.ipv6)
            case ("ip6", "daddr"): self = .destinationAddress(.ipv6)
            case ("th", "sport"): self = .sourcePort
            case ("th", "dport"): self = .destinationPort
            case (_, "sport") where value.transport != nil: self = .sourcePort
            case (_, "dport") where value.transport != nil: self = .destinationPort
            default: return nil
            }
        default: return nil
        }
    }
}

extension JSONValue {
    /// The protocol of the header that a field is of.
    fileprivate var transport: TransportProtocol? {
        guard let member = object?.single, member.key == "payload" else { return nil }
        return member.value.object?["protocol"]?.text.flatMap(TransportProtocol.init)
    }

    /// The parts of a concatenation, or the value itself.
    var concatenated: [JSONValue] {
        guard let member = object?.single, member.key == "concat" else { return [self] }
        return member.value.list ?? []
    }
}
