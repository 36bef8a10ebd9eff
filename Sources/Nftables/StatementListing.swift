internal import Addressing
internal import RulesetModel

extension Statement {
    /// Reads what ends a rule, or nothing where it is something else or says more.
    init?(listing statement: JSONObject.Member) {
        switch (statement.key, statement.value) {
        case ("accept", .null): self = .accept
        case ("return", .null): self = .return
        case ("jump", .object(let object)): self.init(jump: object)
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
        guard object.hasOnly("port"), let port = Port(listing: object["port"]) else { return nil }
        self = .redirect(port: port)
    }

    private init?(dnat object: JSONObject) {
        guard object.hasOnly("addr", "family", "port") else { return nil }
        let port = Port(listing: object["port"])
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

extension IPFamily {
    fileprivate init?(nftKeyword value: JSONValue) {
        switch value {
        case .text("ip"): self = .ipv4
        case .text("ip6"): self = .ipv6
        default: return nil
        }
    }
}
