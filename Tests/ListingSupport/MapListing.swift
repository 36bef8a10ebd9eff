internal import Addressing
internal import RulesetModel

extension LiveMap {
    /// Reads the `map` of a listing, or `nil` if ``LookupMap`` can't say exactly the same.
    ///
    /// A listing made while somebody writes can hold an element twice; this has it once.
    init?(listing object: JSONObject, isMap: Bool) {
        guard let declaration = MapDeclaration(listing: object, isMap: isMap),
            object.hasOnly(
                "family",
                "name",
                "table",
                "type",
                "handle",
                "map",
                "elem",
                "flags",
                "stmt",
                "size",
                "count"
            ),
            let name = object["name"]?.text, let handle = object.handle
        else { return nil }
        let flags = object["flags"].map { $0.list ?? [$0] } ?? []
        let statements = object["stmt"]?.list ?? []
        let type = MapType(
            key: declaration.key,
            value: declaration.value,
            isInterval: flags == [.text("interval")],
            isCounting: statements.map(\.object?.single?.key) == ["counter"],
            isTimed: !isMap && declaration.key.count > 1 && flags == [.text("timeout")]
        )
        guard flags.isEmpty || (type.isInterval && type.key.count > 1) || type.isTimed,
            statements.isEmpty || type.isCounting
        else { return nil }
        var keys: Set<MapKey> = []
        var elements: [LiveElement] = []
        for listed in object["elem"]?.list ?? [] where !type.isTimed || !listed.endsSoon {
            guard let element = LiveElement(listing: listed, of: type) else { return nil }
            if keys.insert(element.element.key).inserted { elements.append(element) }
        }
        self.init(
            handle: handle,
            name: name,
            type: type,
            size: object["size"]?.number.flatMap(Int.init(exactly:)),
            elements: elements
        )
    }
}

extension JSONValue {
    /// Whether it is an element that the kernel removes before long.
    fileprivate var endsSoon: Bool {
        guard let element = object?.single?.value.object, element["timeout"] != nil else {
            return false
        }
        let seconds = max(element.count("timeout"), element.count("expires"))
        return 1000 * seconds <= Holdback.milliseconds
    }
}

extension LiveElement {
    fileprivate init?(listing element: JSONValue, of type: MapType) {
        let sides = type.value == .member ? [element] : element.list ?? []
        guard let last = sides.last, sides.count == (type.value == .member ? 1 : 2),
            let value = MapValue(listing: last, of: type.value)
        else { return nil }
        var left = sides[0]
        var comment: String?
        var count: PacketCount?
        if let member = left.object?.single, member.key == "elem", let element = member.value.object
        {
            guard element.hasOnly("val", "comment", "counter", "timeout", "expires"),
                type.isTimed || element["timeout"] == nil, let bare = element["val"]
            else {
                return nil
            }
            left = bare
            if let listed = element["comment"] {
                guard let text = listed.text, text.isSpeakable else { return nil }
                comment = text
            }
            if let counter = element["counter"] {
                guard let counter = counter.object, counter.hasOnly("packets", "bytes") else {
                    return nil
                }
                count = PacketCount(
                    packets: counter.count("packets"),
                    bytes: counter.count("bytes")
                )
            }
        }
        guard type.isCounting == (count != nil), let key = MapKey(listing: left, of: type) else {
            return nil
        }
        self.init(MapElement(key: key, value: value, redirect: comment), count: count)
    }
}

extension MapKey {
    fileprivate init?(listing value: JSONValue, of type: MapType) {
        let listed = value.concatenated
        guard listed.count == type.key.count else { return nil }
        let parts = zip(type.key, listed).compactMap { $0.numbers(listing: $1) }
        guard parts.count == listed.count,
            type.isInterval || parts.allSatisfy({ $0.lowerBound == $0.upperBound })
        else { return nil }
        self.init(parts)
    }
}

extension KeyField {
    /// Reads a value of it, or a range of values.
    fileprivate func numbers(listing value: JSONValue) -> ClosedRange<UInt128>? {
        switch self {
        case .inputInterface, .outputInterface:
            guard let patterns = InterfacePattern.list(listing: value), patterns.count == 1,
                let name = patterns.first, !name.isPrefix, name.name.isSpeakable,
                !name.name.contains(where: { " *\\".contains($0) }), name.name.utf8.count < 16
            else { return nil }
            let number = Self.number(ofInterface: name.name)
            return number...number
        case .sourceAddress(let family), .destinationAddress(let family):
            guard let range = AddressRange(listing: value), range.family == family else {
                return nil
            }
            return range.bits
        case .mark where value.object?.single?.key == "prefix":
            // Ranges of marks are listed like those of addresses where they can be.
            guard let prefix = value.object?.single?.value.object, prefix.hasOnly("addr", "len"),
                let first = prefix["addr"]?.number.flatMap({ UInt32(exactly: $0) }),
                let length = prefix["len"]?.number, (0...32).contains(length)
            else { return nil }
            let free = UInt32((UInt64(1) << UInt64(32 - length)) - 1)
            return first & free == 0 ? UInt128(first)...UInt128(first | free) : nil
        case .user, .group, .mark, .transport, .sourcePort, .destinationPort:
            let (first, last) = value.ends ?? (value, value)
            guard let first = first.number.flatMap(UInt128.init(exactly:)),
                let last = last.number.flatMap(UInt128.init(exactly:)), first <= last,
                last <= highest
            else { return nil }
            return first...last
        }
    }
}

extension MapValue {
    fileprivate init?(listing value: JSONValue, of type: MapType.Value) {
        let parts = value.concatenated
        switch type {
        case .member: self = .member
        case .port:
            guard let port = Port(listing: value) else { return nil }
            self = .port(port)
        case .address(let family):
            guard let address = value.text.flatMap({ IPAddress($0) }), address.family == family
            else { return nil }
            self = .address(address)
        case .addressAndPort(let family):
            guard parts.count == 2, let address = parts[0].text.flatMap({ IPAddress($0) }),
                address.family == family, let port = Port(listing: parts[1])
            else { return nil }
            self = .addressAndPort(address, port)
        case .verdict:
            guard let verdict = value.object?.single else { return nil }
            switch (verdict.key, verdict.value) {
            case ("accept", .null): self = .accept
            case ("jump", .object(let object)):
                guard object.hasOnly("target"), let chain = object["target"]?.text else {
                    return nil
                }
                self = .jump(to: chain)
            default: return nil
            }
        }
    }
}

extension String {
    /// Whether it can stand between quotes.
    fileprivate var isSpeakable: Bool {
        utf8.count <= 128
            && !unicodeScalars.contains {
                $0 == "\"" || $0.properties.generalCategory == .control
            }
    }
}
