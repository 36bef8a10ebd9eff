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
        var reader = StoredElements(text, of: type)
        guard let elements = reader.elements() else {
            throw DecodingError.dataCorruptedError(
                forKey: .elements,
                in: container,
                debugDescription: "line \(reader.line) is not an element"
            )
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
        var writer = MapWriter()
        writer.reserve(64 * elements.count)
        for (index, element) in elements.enumerated() {
            if index > 0 { writer.write(words: "\n") }
            writer.write(element.key, of: type.key)
            if element.value != .member {
                writer.write(words: " : ")
                writer.write(element.value)
            }
            if let redirect = element.redirect {
                writer.write(words: " # ")
                writer.write(redirect)
            }
        }
        try container.encode(writer.text, forKey: .elements)
    }
}
