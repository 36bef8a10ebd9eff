import Addressing

/// How maps are stored: their elements as one text with a line for each, in nft's own words.
extension LookupMap: Codable {
    private enum CodingKeys: CodingKey {
        case name
        case type
        case elements
    }

    /// Decodes a map.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let type = try container.decode(MapType.self, forKey: .type)
        let text = try container.decode(String.self, forKey: .elements)
        var elements: [MapElement] = []
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            guard let element = type.element(stored: Substring(line)) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .elements,
                    in: container,
                    debugDescription: "not an element: \(Substring(line))"
                )
            }
            elements.append(element)
        }
        self.init(
            name: try container.decode(String.self, forKey: .name),
            type: type,
            elements: elements
        )
    }

    /// Encodes the map.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(type, forKey: .type)
        let lines = elements.map { type.stored($0) }
        try container.encode(lines.joined(separator: "\n"), forKey: .elements)
    }
}

extension MapType {
    fileprivate func stored(_ element: MapElement) -> String {
        "\(text(of: element.key)) : \(element.value.text)"
            + (element.redirect.map { " # \($0)" } ?? "")
    }

    fileprivate func element(stored line: Substring) -> MapElement? {
        // The key, the value, and where it has one the redirect; none of them has spaces but around
        // the points between its parts.
        let words = line.split(separator: " ")
        guard let colon = words.firstIndex(of: ":") else { return nil }
        let keys = words[..<colon].filter { $0 != "." }
        var values = words[(colon + 1)...].filter { $0 != "." }
        var redirect: String?
        if values.count > 2, values[values.count - 2] == "#" {
            redirect = String(values[values.count - 1])
            values.removeLast(2)
        }
        guard keys.count == key.count, let value = value.value(stored: values) else { return nil }
        let parts = zip(key, keys).compactMap { $0.numbers(stored: $1) }
        guard parts.count == key.count else { return nil }
        return MapElement(key: MapKey(parts), value: value, redirect: redirect)
    }
}

extension MapType.Value {
    fileprivate func value(stored words: [Substring]) -> MapValue? {
        guard let first = words.first.map(String.init) else { return nil }
        let last = String(words[words.count - 1])
        switch (self, words.count) {
        case (.port, 1): return Port(stored: first).map { .port($0) }
        case (.address, 1): return IPAddress(first).map { .address($0) }
        case (.addressAndPort, 2):
            guard let address = IPAddress(first), let port = Port(stored: last) else { return nil }
            return .addressAndPort(address, port)
        case (.verdict, 1): return first == "accept" ? .accept : nil
        case (.verdict, 2): return first == "jump" ? .jump(to: last) : nil
        default: return nil
        }
    }
}

extension KeyField {
    fileprivate func numbers(stored text: Substring) -> ClosedRange<UInt128>? {
        switch self {
        case .inputInterface, .outputInterface:
            let number = Self.number(ofInterface: String(text.dropFirst().dropLast()))
            return number...number
        case .sourceAddress, .destinationAddress:
            return (try? AddressRange(parsing: text))?.bits
        case .transport, .user, .group, .mark, .sourcePort, .destinationPort:
            if let transport = TransportProtocol(rawValue: String(text)) {
                return UInt128(transport.number)...UInt128(transport.number)
            }
            let ends = text.split(separator: "-").map { UInt32($0) }
            guard (1...2).contains(ends.count), let first = ends[0],
                let last = ends[ends.count - 1],
                first <= last
            else { return nil }
            return UInt128(first)...UInt128(last)
        }
    }
}
