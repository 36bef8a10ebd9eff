/// A JSON value: a schema, or a part of one.
indirect enum SchemaValue: Sendable {
    case boolean(Bool)
    case integer(Int)
    case text(String)
    case list([SchemaValue])
    case object([String: SchemaValue])

    /// The object with the members of another; where both have one, the other's holds.
    func with(_ other: [String: SchemaValue]) -> SchemaValue {
        guard case .object(let members) = self else { return self }
        return .object(members.merging(other) { $1 })
    }
}

extension SchemaValue: Encodable {
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .boolean(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

// MARK: - Literals

extension SchemaValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(booleanLiteral value: Bool) { self = .boolean(value) }

    init(integerLiteral value: Int) { self = .integer(value) }

    init(stringLiteral value: String) { self = .text(value) }

    init(arrayLiteral elements: SchemaValue...) { self = .list(elements) }

    init(dictionaryLiteral elements: (String, SchemaValue)...) {
        self = .object(Dictionary(elements) { $1 })
    }
}

extension SchemaValue {
    /// A list of words.
    static func words(_ words: [String]) -> SchemaValue { .list(words.map { .text($0) }) }
}
