import Addressing
import PolicyModel

/// A condition on one field.
enum NftPiece {
    case match(Match)
    case interfaces(Set<InterfacePattern>, arriving: Bool)

    /// Adds it to conditions.
    func narrow(_ conditions: inout ForeignConditions, isNegated: Bool) {
        switch self {
        case .match(let match): conditions.require(match, isNegated: isNegated)
        case .interfaces(let interfaces, let arriving):
            conditions.require(interfaces, arriving: arriving, isNegated: isNegated)
        }
    }
}

/// Reads the values that rules compare fields with.
struct NftValues {
    let sets: NftSets
    let options: ImportOptions

    /// What a field in a header says of the packet.
    func implied(by field: JSONValue) -> Match {
        var match = Match()
        switch field["payload"]?["protocol"]?.string {
        case "ip": match.family = .ipv4
        case "ip6": match.family = .ipv6
        case let name?:
            match.protocols = TransportProtocol(rawValue: name).map { [$0] }
        case nil: break
        }
        return match
    }

    /// Whether connections that are new are among those with a state.
    func isNewConnection(_ states: JSONValue) -> Bool {
        let states = states["set"]?.array ?? states.array ?? [states]
        return states.contains(.string("new"))
    }

    /// The match of a concatenation of fields that are no interfaces.
    func match(of fields: [JSONValue], _ value: JSONValue) throws(Unsayable) -> Match {
        var region = Region.all
        for piece in try pieces(fields: fields, value) {
            guard case .match(let match) = piece,
                let narrowed = region.intersection(Region(match: match))
            else { throw Unsayable(reason: "its concatenation can't be said in a policy") }
            region = narrowed
        }
        return region.match
    }

    /// The conditions of a concatenation.
    func pieces(fields: [JSONValue], _ value: JSONValue) throws(Unsayable) -> [NftPiece] {
        let parts = (value["elem"]?["val"] ?? value)["concat"]?.array ?? []
        guard parts.count == fields.count else {
            throw Unsayable(reason: "its concatenation can't be said in a policy")
        }
        var pieces: [NftPiece] = []
        for (field, part) in zip(fields, parts) { pieces.append(try piece(field: field, part)) }
        return pieces
    }

    /// The condition of one field.
    func piece(field: JSONValue, _ value: JSONValue) throws(Unsayable) -> NftPiece {
        let list = try (sets.elements(of: value) ?? [value]).map { $0["elem"]?["val"] ?? $0 }
        guard !list.isEmpty else { throw Unsayable(reason: "its set is empty") }
        if let payload = field["payload"] { return .match(try payloadMatch(payload, list)) }
        if let key = field["meta"]?["key"]?.string { return try metaPiece(key, list) }
        if let fib = field["fib"], fib["result"]?.string == "type",
            fib["flags"] == .array([.string("daddr")]) || fib["flags"] == .string("daddr"),
            list == [.string("local")]
        {
            return .match(Match(destination: .init(isLocal: true)))
        }
        if let parts = field["&"]?.array, parts.count == 2,
            parts[0]["meta"]?["key"]?.string == "mark",
            let mask = parts[1].number.flatMap({ UInt32(exactly: $0) }), list.count == 1,
            let number = list[0].number.flatMap({ UInt32(exactly: $0) }),
            let mark = PacketMark(value: number, mask: mask)
        {
            return .match(Match(mark: mark))
        }
        throw Unsayable(reason: "\(field.text.inComment) can't be said in a policy")
    }

    private func payloadMatch(
        _ payload: JSONValue,
        _ list: [JSONValue]
    ) throws(Unsayable) -> Match {
        switch (payload["protocol"]?.string ?? "", payload["field"]?.string ?? "") {
        case ("ip", "saddr"), ("ip6", "saddr"):
            return Match(source: .init(addresses: try addresses(list)))
        case ("ip", "daddr"), ("ip6", "daddr"):
            return Match(destination: .init(addresses: try addresses(list)))
        case ("ip", "protocol"), ("ip6", "nexthdr"): return try protocols(list)
        case ("ip", "dscp"), ("ip6", "dscp"):
            var points: Set<CodePoint> = []
            for value in list {
                let number = value.number.flatMap { UInt8(exactly: $0) }.flatMap { CodePoint($0) }
                guard let point = number ?? value.string.flatMap({ CodePoint.names[$0] }) else {
                    throw Unsayable(reason: "\(value.text.inComment) is no code point")
                }
                points.insert(point)
            }
            return Match(dscp: points)
        case ("tcp", "sport"), ("udp", "sport"), ("sctp", "sport"), ("th", "sport"):
            return Match(source: .init(ports: try ports(list)))
        case ("tcp", "dport"), ("udp", "dport"), ("sctp", "dport"), ("th", "dport"):
            return Match(destination: .init(ports: try ports(list)))
        default: throw Unsayable(reason: "\(payload.text.inComment) can't be said in a policy")
        }
    }

    private func metaPiece(_ key: String, _ list: [JSONValue]) throws(Unsayable) -> NftPiece {
        switch key {
        case "iifname", "iif", "oifname", "oif":
            var names: Set<InterfacePattern> = []
            for value in list {
                guard let text = value.string,
                    let name = InterfacePattern(text, beginningEndsWith: "*")
                else {
                    throw Unsayable(
                        reason: "a policy can't name the interface \(value.text.inComment)"
                    )
                }
                names.insert(name)
            }
            return .interfaces(names, arriving: key.hasPrefix("i"))
        case "l4proto": return .match(try protocols(list))
        case "nfproto" where list == [.string("ipv4")]: return .match(Match(family: .ipv4))
        case "nfproto" where list == [.string("ipv6")]: return .match(Match(family: .ipv6))
        case "mark":
            guard list.count == 1, let number = list[0].number.flatMap({ UInt32(exactly: $0) }),
                let mark = PacketMark(value: number)
            else { throw Unsayable(reason: "a policy asks for one mark") }
            return .match(Match(mark: mark))
        case "skuid": return .match(Match(users: try ids(list, isGroup: false)))
        case "skgid": return .match(Match(groups: try ids(list, isGroup: true)))
        default: throw Unsayable(reason: "meta \(key.inComment) can't be said in a policy")
        }
    }

    // MARK: - Lists

    private func addresses(_ list: [JSONValue]) throws(Unsayable) -> AddressSet {
        var ranges: [AddressRange] = []
        for value in list {
            var text = value.string
            if let prefix = value["prefix"], let address = prefix["addr"]?.string,
                let length = prefix["len"]?.number
            {
                text = "\(address)/\(length)"
            }
            if let ends = value["range"]?.array, ends.count == 2, let first = ends[0].string,
                let last = ends[1].string
            {
                text = "\(first)-\(last)"
            }
            guard let range = text.flatMap({ AddressRange(iptables: $0) }) else {
                throw Unsayable(reason: "\(value.text.inComment) is no address")
            }
            ranges.append(range)
        }
        return AddressSet(ranges)
    }

    private func protocols(_ list: [JSONValue]) throws(Unsayable) -> Match {
        var found: Set<TransportProtocol> = []
        for value in list {
            let known = TransportProtocol.allCases.first {
                value.string == $0.rawValue || value.number == Int($0.number)
            }
            guard let known else {
                throw Unsayable(
                    reason:
                        "a policy names the protocols tcp, udp and sctp, and not \(value.text.inComment)"
                )
            }
            found.insert(known)
        }
        return Match(protocols: found)
    }

    private func ports(_ list: [JSONValue]) throws(Unsayable) -> PortSet {
        var ranges: [ClosedRange<Port>] = []
        for value in list {
            guard let range = Self.ports(value) else {
                throw Unsayable(reason: "\(value.text.inComment) is no port")
            }
            ranges.append(range)
        }
        return PortSet(ranges)
    }

    private func ids(
        _ list: [JSONValue],
        isGroup: Bool
    ) throws(Unsayable) -> IntervalSet<UInt32> {
        var ids: [ClosedRange<UInt32>] = []
        for value in list {
            let ends = value["range"]?.array ?? [value]
            let numbers = ends.map { end in
                end.number.flatMap { UInt32(exactly: $0) }
                    ?? end.string.flatMap { options.accountID(isGroup, $0) }
            }
            guard (1...2).contains(numbers.count), let first = numbers[0],
                let last = numbers[numbers.count - 1], first <= last
            else {
                throw Unsayable(
                    reason:
                        "this machine has no \(isGroup ? "group" : "user") \(value.text.inComment)"
                )
            }
            ids.append(first...last)
        }
        return IntervalSet(ids)
    }

    private static func ports(_ value: JSONValue) -> ClosedRange<Port>? {
        let ends = (value["range"]?.array ?? [value]).map { end in
            end.number.flatMap { UInt16(exactly: $0) }
        }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
            let low = Port(ends.count == 2 ? max(first, 1) : first), let high = Port(last),
            low <= high
        else { return nil }
        return low...high
    }

    /// Where an address and a port lead, which may also come together as a concatenation.
    static func destination(
        _ address: JSONValue?,
        _ port: JSONValue?
    ) throws(Unsayable) -> ForeignDestination {
        var (address, port) = (address, port)
        if let parts = address?["concat"]?.array, parts.count == 2 {
            (address, port) = (parts[0], parts[1])
        }
        var destination = ForeignDestination(place: .same)
        if let text = address?.string {
            guard let address = IPAddress(text) else {
                throw Unsayable(reason: "\(text.inComment) is no address")
            }
            destination.place = .address(address)
        } else if let ends = address?["range"]?.array, ends.count == 2, let first = ends[0].string,
            let last = ends[1].string, let range = AddressRange(iptables: "\(first)-\(last)"),
            let addresses = range.addresses(atMost: ForeignDestination.largestPool)
        {
            destination.place = addresses.count == 1 ? .address(addresses[0]) : .pool(addresses)
        } else if let address {
            throw Unsayable(reason: "\(address.text.inComment) can't be said in a policy")
        }
        if let port {
            guard let range = ports(port) else {
                throw Unsayable(reason: "\(port.text.inComment) is no port")
            }
            destination.ports = range
        }
        return destination
    }
}

/// A map that spreads connections over targets.
struct NftBalance {
    let destination: ForeignDestination
    let notes: [String]

    /// Reads a map; `nil` if its key is a field of the packet.
    init?(_ map: JSONValue, _ sets: NftSets, port: JSONValue?) throws(Unsayable) {
        let method: Balance.Method
        let generator: JSONValue
        if let numgen = map["key"]?["numgen"] {
            method = numgen["mode"]?.string == "inc" ? .roundRobin : .random
            generator = numgen
        } else if let hash = map["key"]?["jhash"] {
            guard ["saddr"] == hash["expr"]?["payload"]?["field"]?.string.map({ [$0] }) else {
                throw Unsayable(reason: "a policy spreads by the client's address only")
            }
            method = .sourceHash
            generator = hash
        } else if map["key"]?["symhash"] != nil {
            throw Unsayable(reason: "a policy spreads by the client's address only")
        } else {
            return nil
        }
        guard let modulus = generator["mod"]?.number, (1...65535).contains(modulus),
            let elements = try map["data"].flatMap({ data throws(Unsayable) in
                try sets.elements(of: data)
            })
        else { throw Unsayable(reason: "its map can't be read") }
        let offset = UInt32(clamping: generator["offset"]?.number ?? 0)
        var shares: [Balance.Share] = []
        var covered: [ClosedRange<UInt32>] = []
        for element in elements {
            guard let pair = element.array, pair.count == 2 else {
                throw Unsayable(reason: "an element of its map has no value")
            }
            let ends = (pair[0]["range"]?.array ?? [pair[0]]).map {
                $0.number.flatMap { UInt32(exactly: $0) }.flatMap {
                    $0 < offset ? nil : $0 - offset
                }
            }
            guard (1...2).contains(ends.count), let first = ends[0],
                let last = ends[ends.count - 1], first <= last, Int(last) < modulus,
                let target = try NftValues.destination(pair[1], port).onlyTarget
            else { throw Unsayable(reason: "an element of its map can't be said in a policy") }
            covered.append(first...last)
            shares.append(Balance.Share(target: target, weight: last - first + 1))
        }
        // Numbers that are there twice would count twice.
        let count = covered.reduce(0) { $0 + $1.count }
        guard count == modulus, IntervalSet(covered).intervals == [0...UInt32(modulus - 1)] else {
            throw Unsayable(reason: "its map does not have each number below \(modulus) once")
        }
        destination = ForeignDestination(
            place: .balance(Balance(method: method, shares: Self.merged(shares)))
        )
        notes =
            method == .sourceHash
            ? ["each client gets one of the addresses, but perhaps another one than before"] : []
    }

    /// The shares with those of the same target as one.
    private static func merged(_ shares: [Balance.Share]) -> [Balance.Share] {
        var merged: [Balance.Share] = []
        var places: [Target: Int] = [:]
        for share in shares {
            if let place = places[share.target] {
                merged[place].weight += share.weight
            } else {
                places[share.target] = merged.count
                merged.append(share)
            }
        }
        return merged
    }
}
