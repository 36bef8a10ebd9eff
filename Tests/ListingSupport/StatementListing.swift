internal import Addressing
internal import RulesetModel

extension Statement {
    /// Reads what ends a rule, or nothing where it is something else or says more.
    init?(listing statement: JSONObject.Member, limit: JSONValue?) {
        if statement.key == "log" {
            guard let log = PacketLog(listing: statement.value, limit: limit) else { return nil }
            self = .log(log)
            return
        }
        guard limit == nil else { return nil }
        switch (statement.key, statement.value) {
        case ("accept", .null): self = .accept
        case ("return", .null): self = .return
        case ("jump", .object(let object)): self.init(jump: object)
        case ("masquerade", .null): self = .masquerade
        case ("redirect", .null): self = .redirect(port: nil)
        case ("redirect", .object(let object)): self.init(redirect: object)
        case ("dnat", .object(let object)): self.init(dnat: object)
        default: return nil
        }
    }

    private init?(jump object: JSONObject) {
        guard object.hasOnly("target"), let chain = object["target"]?.text else { return nil }
        self = .jump(to: chain)
    }

    private init?(redirect object: JSONObject) {
        guard object.hasOnly("port"), let port = PortExpression(listing: object["port"]) else {
            return nil
        }
        self = .redirect(port: port)
    }

    private init?(dnat object: JSONObject) {
        guard object.hasOnly("addr", "family", "port") else { return nil }
        let port = PortExpression(listing: object["port"])
        guard object["port"] == nil || port != nil else { return nil }
        guard let text = object["addr"] else {
            guard let port, object["family"] == nil else { return nil }
            self = .dnatPort(to: port)
            return
        }
        guard let address = text.text.flatMap({ IPAddress($0) }),
            object["family"].map({ IPFamily(nftKeyword: $0) == address.family }) ?? true
        else { return nil }
        self = .dnat(to: address, port: port)
    }
}

extension PortExpression {
    /// Reads a port, or the look-up of the destination port in a map.
    ///
    /// Beside a match on one protocol, libnftables names that instead of `th`.
    fileprivate init?(listing value: JSONValue?) {
        if let port = Port(listing: value) {
            self = .port(port)
            return
        }
        guard let map = value?.object?.single, map.key == "map", let lookup = map.value.object,
            lookup.hasOnly("key", "data"), let name = lookup["data"]?.text, name.first == "@",
            let key = lookup["key"]?.object?.single, key.key == "payload",
            let payload = key.value.object, payload.hasOnly("protocol", "field"),
            payload["field"]?.text == "dport", let header = payload["protocol"]?.text,
            header == "th" || TransportProtocol(rawValue: header) != nil
        else { return nil }
        self = .mapped(by: String(name.dropFirst()))
    }
}

extension IPFamily {
    fileprivate init?(nftKeyword value: JSONValue) {
        switch value {
        case .text("ip"): self = .ipv4
        case .text("ip6"): self = .ipv6
        default: return nil
        }
    }
}
