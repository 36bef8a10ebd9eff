internal import Addressing

extension JSONValue {
    /// The values on the right of a match: one, or those of an anonymous set.
    fileprivate var alternatives: [JSONValue] {
        guard let member = object?.single, member.key == "set" else { return [element] }
        return (member.value.list ?? [member.value]).map(\.element)
    }

    /// The value in an element that says nothing but its value.
    private var element: JSONValue {
        guard let member = object?.single, member.key == "elem",
            let element = member.value.object?.single, element.key == "val"
        else { return self }
        return element.value
    }

    /// The two ends of a range.
    var ends: (first: JSONValue, last: JSONValue)? {
        guard let member = object?.single, member.key == "range", let ends = member.value.list,
            ends.count == 2
        else { return nil }
        return (ends[0], ends[1])
    }

    /// Reads every value, or `nil` if there is none or one is not understood.
    fileprivate func readAll<Value>(_ read: (JSONValue) -> Value?) -> [Value]? {
        let all = alternatives
        let values = all.compactMap(read)
        return values.isEmpty || values.count < all.count ? nil : values
    }
}

extension IPFamily {
    /// Reads the right side of `meta nfproto`: a name, or the number of <linux/netfilter.h>.
    init?(listing value: JSONValue) {
        let families = value.readAll { value -> IPFamily? in
            switch value {
            case .text("ipv4"), .number(2): .ipv4
            case .text("ipv6"), .number(10): .ipv6
            default: nil
            }
        }
        guard let families, families.count == 1 else { return nil }
        self = families[0]
    }
}

extension TransportProtocol {
    /// Reads the right side of `meta l4proto`: names or numbers, sorted.
    static func list(listing value: JSONValue) -> [TransportProtocol]? {
        let protocols = value.readAll { value in
            allCases.first {
                value == .text($0.rawValue) || value == .number(Int64($0.number))
            }
        }
        return protocols.map { Set($0).sorted() }
    }
}

extension Port {
    /// Reads a port; any other expression is nothing that we write.
    init?(listing value: JSONValue?) {
        guard let number = value?.number.flatMap(UInt16.init(exactly:)) else { return nil }
        self.init(number)
    }
}

extension PortSet {
    /// Reads the right side of a match on a port.
    init?(listing value: JSONValue) {
        let ranges = value.readAll { value -> ClosedRange<Port>? in
            let (first, last) = value.ends ?? (value, value)
            guard let first = Port(listing: first), let last = Port(listing: last), first <= last
            else { return nil }
            return first...last
        }
        guard let ranges else { return nil }
        self.init(ranges)
    }
}

extension AddressSet {
    /// Reads the right side of a match on an address.
    init?(listing value: JSONValue, family: IPFamily) {
        let ranges = value.readAll { AddressRange(listing: $0) }
        guard let ranges, ranges.allSatisfy({ $0.family == family }) else { return nil }
        self.init(ranges)
    }
}

extension AddressRange {
    /// Reads an address, a prefix or a range.
    init?(listing value: JSONValue) {
        if let address = value.text.flatMap({ IPAddress($0) }) {
            self.init(address)
        } else if let first = value.ends?.first.text, let last = value.ends?.last.text {
            try? self.init(parsing: "\(first)-\(last)")
        } else if let member = value.object?.single, member.key == "prefix",
            let prefix = member.value.object, prefix.hasOnly("addr", "len"),
            let address = prefix["addr"]?.text, let length = prefix["len"]?.number
        {
            try? self.init(parsing: "\(address)/\(length)")
        } else {
            return nil
        }
    }
}

extension InterfacePattern {
    /// Reads the right side of a match on an interface, sorted.
    static func list(listing value: JSONValue) -> [InterfacePattern]? {
        value.readAll { $0.text.flatMap { InterfacePattern(stored: $0) } }?.sorted()
    }
}

extension PacketMark {
    /// Reads the right side of a match on the packet's mark.
    init?(listing value: JSONValue, mask: UInt32) {
        guard let number = value.number.flatMap(UInt32.init(exactly:)) else { return nil }
        self.init(value: number, mask: mask)
    }
}

extension CodePoint {
    /// Reads the right side of a match on a code point: a name or a number.
    init?(listing value: JSONValue) {
        let ownNames: [String: UInt8] = ["be": 0, "df": 0, "lephb": 1]
        let points = value.readAll { value in
            switch value {
            case .text(let name): Self.names[name] ?? ownNames[name].flatMap { CodePoint($0) }
            default: value.number.flatMap(UInt8.init(exactly:)).flatMap { CodePoint($0) }
            }
        }
        guard let points, points.count == 1 else { return nil }
        self = points[0]
    }
}

extension IntervalSet<UInt32> {
    /// Reads the right side of a match on a socket's owner.
    init?(listing value: JSONValue) {
        let intervals = value.readAll { value -> ClosedRange<UInt32>? in
            let (first, last) = value.ends ?? (value, value)
            guard let first = first.number.flatMap(UInt32.init(exactly:)),
                let last = last.number.flatMap(UInt32.init(exactly:)), first <= last
            else { return nil }
            return first...last
        }
        guard let intervals else { return nil }
        self.init(intervals)
    }
}
