internal import Addressing
internal import RulesetModel

extension Statement {
    /// Reads what ends a rule, or `nil` if it is something else or says more.
    ///
    /// The selector takes in what a question to a map implies.
    init?(
        listing statement: JSONObject.Member,
        limit: JSONValue?,
        maps: [String: MapDeclaration],
        selector: inout SelectorListing
    ) {
        if statement.key == "log" {
            guard let log = PacketLog(listing: statement.value, limit: limit) else { return nil }
            self = .log(log)
            return
        }
        guard limit == nil else { return nil }
        switch (statement.key, statement.value) {
        case ("accept", .null): self = .accept
        case ("return", .null): self = .return
        case ("drop", .null): self = .drop
        case ("mangle", .object(let object)): self.init(mangle: object)
        case ("snat", .object(let object)): self.init(snat: object)
        case ("jump", .object(let object)): self.init(jump: object)
        case ("masquerade", .null): self = .masquerade
        case ("redirect", .null): self = .redirect(port: nil)
        case ("redirect", .object(let object)):
            self.init(redirect: object, maps: maps, selector: &selector)
        case ("dnat", .object(let object)):
            self.init(dnat: object, maps: maps, selector: &selector)
        case ("vmap", let map):
            guard let asked = LookupListing(listing: map, in: maps), asked.value == .verdict,
                selector.note(asked)
            else { return nil }
            self = .verdict(by: asked.lookup)
        default: return nil
        }
    }

    /// Reads `meta nfproto @lease goto CHAIN`.
    init?(wayToTrial rule: ArraySlice<JSONObject.Member>) {
        guard let match = rule.first, let last = rule.last, match.key == "match",
            let test = match.value.object, test.hasOnly("op", "left", "right"),
            test["op"]?.text == "==", test["right"]?.text == "@\(LiveLease.name)",
            let left = test["left"]?.object?.single, left.key == "meta",
            left.value.object?.hasOnly("key") == true,
            left.value.object?["key"]?.text == "nfproto",
            last.key == "goto", let target = last.value.object, target.hasOnly("target"),
            let chain = target["target"]?.text
        else { return nil }
        self = .trial(chain: chain)
    }

    /// Reads `ct label set BIT`.
    private init?(mangle object: JSONObject) {
        guard object.hasOnly("key", "value"), let key = object["key"]?.object?.single,
            key.key == "ct", key.value.object?.hasOnly("key") == true,
            key.value.object?["key"]?.text == "label",
            let label = object["value"].flatMap({ ConnectionLabel(listing: $0) })
        else { return nil }
        self = .label(label)
    }

    private init?(snat object: JSONObject) {
        guard object.hasOnly("addr", "family"),
            let address = object["addr"]?.text.flatMap({ IPAddress($0) }),
            object["family"].map({ IPFamily(nftKeyword: $0) == address.family }) ?? true
        else { return nil }
        self = .snat(to: address)
    }

    private init?(jump object: JSONObject) {
        guard object.hasOnly("target"), let chain = object["target"]?.text else { return nil }
        self = .jump(to: chain)
    }

    private init?(
        redirect object: JSONObject,
        maps: [String: MapDeclaration],
        selector: inout SelectorListing
    ) {
        guard object.hasOnly("port"),
            let port = PortExpression(listing: object["port"], maps: maps, selector: &selector)
        else { return nil }
        self = .redirect(port: port)
    }

    private init?(
        dnat object: JSONObject,
        maps: [String: MapDeclaration],
        selector: inout SelectorListing
    ) {
        if object["type_flags"] != nil {
            self.init(dnatToPrefix: object)
            return
        }
        guard object.hasOnly("addr", "family", "port") else { return nil }
        let port = PortExpression(listing: object["port"], maps: maps, selector: &selector)
        guard object["port"] == nil || port != nil else { return nil }
        guard let listed = object["addr"] else {
            guard let port, object["family"] == nil else { return nil }
            self = .dnatPort(to: port)
            return
        }
        let family = object["family"].map { IPFamily(nftKeyword: $0) }
        if let member = listed.object?.single, member.key == "map" {
            guard port == nil, let asked = LookupListing(listing: member.value, in: maps),
                let found = asked.value.family, family == nil || family == found,
                selector.note(asked)
            else { return nil }
            self = .dnatMapped(found, by: asked.lookup)
            return
        }
        guard let address = listed.text.flatMap({ IPAddress($0) }),
            family == nil || family == address.family
        else { return nil }
        self = .dnat(to: address, port: port)
    }
}

extension Statement {
    /// Reads `dnat ip prefix to PREFIX`.
    fileprivate init?(dnatToPrefix object: JSONObject) {
        guard object.hasOnly("addr", "family", "flags", "type_flags"),
            object["flags"]?.onlyText == "netmap", object["type_flags"]?.onlyText == "prefix",
            let family = object["family"].flatMap({ IPFamily(nftKeyword: $0) }),
            let member = object["addr"]?.object?.single, member.key == "prefix",
            let prefix = member.value.object, prefix.hasOnly("addr", "len"),
            let address = prefix["addr"]?.text, case .number(let length)? = prefix["len"],
            let range = try? AddressRange(parsing: "\(address)/\(length)"), range.family == family
        else { return nil }
        self = .dnatPrefix(to: range)
    }
}

extension JSONValue {
    /// A word, which newer libraries put into a list.
    fileprivate var onlyText: String? {
        if case .list(let items) = self { items.count == 1 ? items[0].text : nil } else { text }
    }
}

extension PortExpression {
    /// Reads a port, or the look-up of one in a map.
    fileprivate init?(
        listing value: JSONValue?,
        maps: [String: MapDeclaration],
        selector: inout SelectorListing
    ) {
        if let port = Port(listing: value) {
            self = .port(port)
            return
        }
        guard let map = value?.object?.single, map.key == "map",
            let asked = LookupListing(listing: map.value, in: maps), asked.value == .port,
            selector.note(asked)
        else { return nil }
        self = .mapped(by: asked.lookup)
    }
}

extension MapType.Value {
    /// The family of the addresses that it has.
    fileprivate var family: IPFamily? {
        switch self {
        case .address(let family), .addressAndPort(let family): family
        case .port, .verdict, .member: nil
        }
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
