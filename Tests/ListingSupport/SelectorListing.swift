internal import Addressing
internal import RulesetModel

/// A selector that is being put together from a rule's matches.
///
/// nft leaves out what another match implies, more of it in later versions: `meta l4proto 6 th
/// dport 80` comes back as `tcp dport 80`, and an address match stands for its family.
struct SelectorListing {
    private var family: IPFamily?
    private var impliedFamily: IPFamily?
    private var protocols: [TransportProtocol]?
    private var impliedProtocol: TransportProtocol?
    var needsProtocol = false
    var addresses: [String: AddressSet] = [:]
    private var ports: [String: PortSet] = [:]
    private var interfaces: [String: [InterfacePattern]] = [:]
    private var owners: [String: IntervalSet<UInt32>] = [:]
    private var mark: PacketMark?
    private var dscp: CodePoint?
    private var isToThisMachine: Bool?
    var cgroup: CgroupPath?
    var isTranslated: Bool?
    var isConfirmed: Bool?
    var label: ConnectionLabel?
    private var member: Lookup?
    var originalAddresses: [String: AddressSet] = [:]
    var originalPorts: [String: PortRange] = [:]

    /// Adds a match, or returns false where ``Selector`` can't express it.
    mutating func add(_ match: JSONValue, sets: [String: MapDeclaration]) -> Bool {
        if let asked = LookupListing(membership: match, in: sets) {
            return fill(&member, asked.lookup) && note(asked)
        }
        return add(match)
    }

    private mutating func add(_ match: JSONValue) -> Bool {
        guard let match = match.object, match.hasOnly("op", "left", "right"),
            let operation = match["op"]?.text, let right = match["right"],
            let left = match["left"]?.object?.single
        else { return false }
        // A match on some bits of the connection's state.
        if operation == "in", left.key == "ct" { return add(status: left.value, right) }
        guard operation == "==" else { return false }
        if left.key == "&" { return add(masked: left.value, right) }
        guard let field = left.value.object else { return false }
        switch left.key {
        case "ct": return add(original: field, right)
        case "socket": return add(socket: field, right)
        case "meta": return add(meta: field, right)
        case "fib": return add(fib: field, right)
        case "payload": return add(payload: field, right)
        default: return false
        }
    }

    /// The selector, or `nil` if the matches contradict or miss one another.
    var selector: Selector? {
        let implied = impliedProtocol.map { [$0] }
        guard family == nil || impliedFamily == nil || family == impliedFamily,
            protocols == nil || implied == nil || protocols == implied
        else { return nil }
        let protocols = protocols ?? implied ?? []
        guard !needsProtocol || !protocols.isEmpty else { return nil }
        var original: OriginalTuple?
        var tracked: TrackedState?
        if let label {
            guard isTranslated == true, isConfirmed == nil else { return nil }
            tracked = .redirected(label)
        } else if isConfirmed == true {
            guard isTranslated == nil else { return nil }
            tracked = .confirmed
        }
        if isTranslated == true, tracked == nil {
            original = OriginalTuple(
                sourceAddresses: originalAddresses["saddr"],
                destinationAddresses: originalAddresses["daddr"],
                sourcePorts: originalPorts["proto-src"],
                destinationPorts: originalPorts["proto-dst"]
            )
        } else if !originalAddresses.isEmpty || !originalPorts.isEmpty {
            return nil
        }
        var selector = Selector()
        for part in Selector.Part.allCases {
            switch part {
            case .inputInterfaces: selector.inputInterfaces = interfaces["iifname"] ?? []
            case .outputInterfaces: selector.outputInterfaces = interfaces["oifname"] ?? []
            case .family: selector.family = family ?? impliedFamily
            case .protocols: selector.protocols = protocols.sorted()
            case .users: selector.users = owners["skuid"]
            case .groups: selector.groups = owners["skgid"]
            case .cgroup: selector.cgroup = cgroup
            case .mark: selector.mark = mark
            case .dscp: selector.dscp = dscp
            case .isToThisMachine: selector.isToThisMachine = isToThisMachine ?? false
            case .sourceAddresses: selector.sourceAddresses = addresses["saddr"]
            case .destinationAddresses: selector.destinationAddresses = addresses["daddr"]
            case .sourcePorts: selector.sourcePorts = ports["sport"]
            case .destinationPorts: selector.destinationPorts = ports["dport"]
            case .original: selector.original = original
            case .tracked: selector.tracked = tracked
            case .member: selector.member = member
            }
        }
        return selector
    }

    /// Takes in the family that something beside the matches stands for.
    mutating func imply(_ family: IPFamily?) -> Bool {
        guard let family else { return true }
        guard impliedFamily == nil || impliedFamily == family else { return false }
        impliedFamily = family
        return true
    }

    /// Takes in what a question to a map implies.
    mutating func note(_ asked: LookupListing) -> Bool {
        for field in asked.lookup.key {
            switch field {
            case .sourceAddress(let family), .destinationAddress(let family):
                guard imply(family) else { return false }
            case .sourcePort, .destinationPort: needsProtocol = true
            case .inputInterface, .outputInterface, .user, .group, .mark, .transport: break
            }
        }
        guard let transport = asked.transport else { return true }
        guard impliedProtocol == nil || impliedProtocol == transport else { return false }
        impliedProtocol = transport
        return true
    }

    private mutating func add(meta: JSONObject, _ right: JSONValue) -> Bool {
        guard meta.hasOnly("key"), let key = meta["key"]?.text else { return false }
        switch key {
        case "nfproto": return fill(&family, IPFamily(listing: right))
        case "l4proto": return fill(&protocols, TransportProtocol.list(listing: right))
        case "iifname", "oifname":
            return fill(&interfaces[key], InterfacePattern.list(listing: right))
        case "skuid", "skgid": return fill(&owners[key], IntervalSet(listing: right))
        case "mark": return fill(&mark, PacketMark(listing: right, mask: .max))
        default: return false
        }
    }

    /// `fib daddr type local`, as <linux/rtnetlink.h> numbers it (RTN_LOCAL).
    private mutating func add(fib: JSONObject, _ right: JSONValue) -> Bool {
        guard fib.hasOnly("result", "flags"), fib["result"]?.text == "type",
            fib["flags"] == .list([.text("daddr")]) || fib["flags"] == .text("daddr"),
            right == .number(2) || right == .text("local")
        else { return false }
        return fill(&isToThisMachine, true)
    }

    private mutating func add(masked left: JSONValue, _ right: JSONValue) -> Bool {
        guard let sides = left.list, sides.count == 2,
            let meta = sides[0].object?.single, meta.key == "meta",
            meta.value.object?["key"]?.text == "mark",
            let mask = sides[1].number.flatMap(UInt32.init(exactly:))
        else { return false }
        return fill(&mark, PacketMark(listing: right, mask: mask))
    }

    private mutating func add(payload: JSONObject, _ right: JSONValue) -> Bool {
        if payload["base"] != nil { return add(rawPayload: payload, right) }
        guard payload.hasOnly("protocol", "field"), let header = payload["protocol"]?.text,
            let field = payload["field"]?.text
        else { return false }
        switch header {
        case "ip" where field == "dscp", "ip6" where field == "dscp":
            return imply(header == "ip" ? .ipv4 : .ipv6)
                && fill(&dscp, CodePoint(listing: right))
        case "ip": return add(addresses: right, of: .ipv4, in: field)
        case "ip6": return add(addresses: right, of: .ipv6, in: field)
        case "th":
            needsProtocol = true
            return add(ports: right, in: field)
        default:
            guard let transport = TransportProtocol(rawValue: header),
                impliedProtocol == nil || impliedProtocol == transport
            else { return false }
            impliedProtocol = transport
            return add(ports: right, in: field)
        }
    }

    /// libnftables sends two single ports of more than one protocol as one number of 32 bits, and
    /// can't tell them apart again.
    private mutating func add(rawPayload payload: JSONObject, _ right: JSONValue) -> Bool {
        guard payload.hasOnly("base", "offset", "len"), payload["base"]?.text == "th",
            payload["offset"]?.number == 0, payload["len"]?.number == 32,
            let number = right.number.flatMap(UInt32.init(exactly:))
        else { return false }
        needsProtocol = true
        return add(ports: .number(Int64(number >> 16)), in: "sport")
            && add(ports: .number(Int64(number & 0xFFFF)), in: "dport")
    }

    /// Takes in the addresses of a field: as they are, or as they were.
    mutating func add(
        addresses right: JSONValue,
        of family: IPFamily,
        in field: String,
        to part: WritableKeyPath<SelectorListing, [String: AddressSet]> = \.addresses
    ) -> Bool {
        guard field == "saddr" || field == "daddr", imply(family) else { return false }
        return fill(&self[keyPath: part][field], AddressSet(listing: right, family: family))
    }

    private mutating func add(ports right: JSONValue, in field: String) -> Bool {
        guard field == "sport" || field == "dport" else { return false }
        return fill(&ports[field], PortSet(listing: right))
    }

    /// A second match of the same field narrows the first; no selector of ours does that.
    func fill<Part>(_ part: inout Part?, _ value: Part?) -> Bool {
        guard part == nil, let value else { return false }
        part = value
        return true
    }
}
