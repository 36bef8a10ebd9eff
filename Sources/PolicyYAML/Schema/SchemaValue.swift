import Diagnostics
import LocatedYAML

/// A JSON value: a schema, or a part of one.
indirect enum SchemaValue: Sendable {
    case boolean(Bool)
    case integer(Int)
    case text(String)
    case list([SchemaValue])
    case object([String: SchemaValue])

    /// The object with the members of another; if both have one, that of the other.
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

// MARK: - YAML

/// Values as editors read them: with YAML's own types, which play no part in decoding.
extension SchemaValue {
    /// The value in a text of YAML such as `[80, 443]`, or `nil` if it is none.
    init?(yaml text: String) {
        var files = SourceFiles(limits: Limits(), unsafe: .accepted)
        var bag = DiagnosticBag(limit: 1)
        guard let text = files.add(Array(text.utf8), named: "", bag: &bag),
            let node = try? files.tree(of: text, bag: &bag)
        else { return nil }
        self.init(node)
    }

    /// The value of the key in a text such as `port: 80`.
    init?(ofKeyIn example: String) {
        guard case .object(let members) = SchemaValue(yaml: example), members.count == 1,
            let value = members.values.first
        else { return nil }
        self = value
    }

    private init(_ node: Node) {
        switch node {
        case .scalar(let scalar): self.init(scalar)
        case .list(let list): self = .list(list.items.map { SchemaValue($0) })
        case .mapping(let mapping):
            let members = mapping.entries.map { ($0.key.text, SchemaValue($0.value)) }
            self = .object(Dictionary(members) { $1 })
        case .unusable: self = .text("")
        }
    }

    private init(_ scalar: Node.Scalar) {
        switch scalar.text {
        case "true" where scalar.isPlain: self = true
        case "false" where scalar.isPlain: self = false
        default:
            let number = scalar.isPlain ? Int(scalar.text) : nil
            self = number.map { .integer($0) } ?? .text(scalar.text)
        }
    }
}
