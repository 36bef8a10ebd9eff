/// The JSON Schema of the policy language, made from the tables that decoding uses.
///
/// Editors check and complete policies with it. It describes the form of values; what follows from
/// values, names and files is checked by the decoder.
public struct PolicySchema: Encodable, Sendable {
    let root: SchemaValue

    /// Makes the schema.
    public init() {
        var definitions: [String: SchemaValue] = [:]
        for grammar in Grammar.allCases { definitions[grammar.rawValue] = grammar.schema }
        for keys in PolicyLanguage.tables where keys != PolicyKey.self {
            definitions[keys.schemaName] = .mapping(keys)
        }
        root = SchemaValue.mapping(PolicyKey.self).with([
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "redirctl policy",
            "description": "Which connections go where, in version 1 of redirctl's language.",
            "$defs": .object(definitions),
        ])
    }

    /// Encodes the schema itself.
    public func encode(to encoder: any Encoder) throws { try root.encode(to: encoder) }
}

/// Schemas of mappings and their keys.
extension SchemaValue {
    /// The schema of a mapping.
    static func mapping(_ table: any MappingKey.Type) -> SchemaValue {
        var properties: [String: SchemaValue] = [:]
        var required: [String] = []
        for key in table.keys {
            properties[key.rawValue] = schema(of: key)
            if key.isRequired { required.append(key.rawValue) }
        }
        var schema: [String: SchemaValue] = [
            "type": "object", "properties": .object(properties), "additionalProperties": false,
        ]
        if !required.isEmpty { schema["required"] = .words(required) }
        if case .list(let rules) = SchemaValue(yaml: table.rules), !rules.isEmpty {
            schema["allOf"] = .list(rules)
        }
        return .object(schema)
    }

    /// The schema of the value of a key.
    private static func schema(of key: any MappingKey) -> SchemaValue {
        let value = key.value
        var annotations: [String: SchemaValue] = [
            "description": "\(key.summary)\n\n\(value.expectation.sentence)"
        ]
        annotations["examples"] = SchemaValue(ofKeyIn: key.example).map { [$0] }
        annotations["default"] = key.defaultText.flatMap { SchemaValue(yaml: $0) }
        return shape(value, mayBeEmpty: key.mayBeEmpty).with(annotations)
    }

    private static func shape(_ value: ValueShape, mayBeEmpty: Bool) -> SchemaValue {
        switch value {
        case .one(let grammar): grammar.reference
        case .oneOrMore(let grammar): ["anyOf": [grammar.reference, grammar.listSchema]]
        case .oneOrMoreOrFile(let grammar):
            [
                "anyOf": [
                    grammar.reference, grammar.listSchema,
                    reference(to: FileKey.self, mayBeEmpty: mayBeEmpty),
                ]
            ]
        case .definitions(let kind):
            [
                "type": "object",
                "propertyNames": [
                    "pattern": "^\(SchemaPattern.listName)$",
                    "errorMessage": "expected a name such as `office`",
                ],
                "additionalProperties": shape(kind.value, mayBeEmpty: false),
            ]
        case .oneOrMapping(let grammar, let table):
            ["anyOf": [grammar.reference, reference(to: table, mayBeEmpty: mayBeEmpty)]]
        case .list(let table):
            [
                "type": "array",
                "items": reference(to: table, mayBeEmpty: mayBeEmpty),
                "minItems": mayBeEmpty ? 0 : 1,
            ]
        case .mapping(let table): reference(to: table, mayBeEmpty: mayBeEmpty)
        }
    }

    /// The schema that refers to the one of a mapping.
    private static func reference(
        to table: any MappingKey.Type,
        mayBeEmpty: Bool
    ) -> SchemaValue {
        let reference: SchemaValue = ["$ref": "#/$defs/\(table.schemaName)"]
        return mayBeEmpty ? reference : reference.with(["minProperties": 1])
    }
}

extension MappingKey {
    /// The name of the schema of a mapping with these keys.
    static var schemaName: String { String("\(Self.self)".dropLast("Key".count)) }

    fileprivate static var keys: [any MappingKey] { allCases.map { $0 } }
}

extension String {
    /// The words with a capital and a full stop.
    fileprivate var sentence: String { prefix(1).uppercased() + dropFirst() + "." }
}
