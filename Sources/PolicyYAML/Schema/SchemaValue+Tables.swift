/// Schemas of mappings, and of what stands behind their keys.
extension MappingKey {
    /// The name of the schema of a mapping with these keys.
    static var schemaName: String { String("\(Self.self)".dropLast("Key".count)) }

    /// The schema of a mapping with these keys.
    static var schema: SchemaValue {
        var schema: [String: SchemaValue] = [
            "type": "object",
            "properties": .object(
                Dictionary(allCases.map { ($0.rawValue, $0.schema) }) { first, _ in first }
            ),
            "additionalProperties": false,
        ]
        let required = allCases.filter(\.isRequired).map(\.rawValue)
        if !required.isEmpty { schema["required"] = .words(required) }
        if !rules.isEmpty { schema["allOf"] = .list(rules) }
        return .object(schema)
    }

    /// The schema that stands for the one of a mapping.
    fileprivate static func reference(mayBeEmpty: Bool) -> SchemaValue {
        let reference: SchemaValue = ["$ref": "#/$defs/\(schemaName)"]
        return mayBeEmpty ? reference : reference.with(["minProperties": 1])
    }

    private var schema: SchemaValue {
        var annotations: [String: SchemaValue] = [
            "description": "\(summary)\n\n\(value.expectation.sentence)"
        ]
        annotations["examples"] = SchemaValue(behindKeyIn: example).map { [$0] }
        annotations["default"] = defaultText.flatMap { SchemaValue(yaml: $0) }
        return value.schema(mayBeEmpty: mayBeEmpty).with(annotations)
    }
}

extension ValueShape {
    fileprivate func schema(mayBeEmpty: Bool) -> SchemaValue {
        switch self {
        case .one(let grammar):
            grammar.reference
        case .oneOrMore(let grammar):
            ["anyOf": [grammar.reference, grammar.listSchema]]
        case .oneOrMoreOrFile(let grammar):
            [
                "anyOf": [
                    grammar.reference, grammar.listSchema,
                    FileKey.reference(mayBeEmpty: mayBeEmpty),
                ]
            ]
        case .definitions(let kind):
            [
                "type": "object",
                "propertyNames": [
                    "pattern": "^\(SchemaPattern.listName)$",
                    "errorMessage": "expected a name such as `office`",
                ],
                "additionalProperties": kind.value.schema(mayBeEmpty: false),
            ]
        case .oneOrMapping(let grammar, let keys):
            ["anyOf": [grammar.reference, keys.reference(mayBeEmpty: mayBeEmpty)]]
        case .list(let keys):
            [
                "type": "array",
                "items": keys.reference(mayBeEmpty: mayBeEmpty),
                "minItems": mayBeEmpty ? 0 : 1,
            ]
        case .mapping(let keys):
            keys.reference(mayBeEmpty: mayBeEmpty)
        }
    }
}

extension String {
    /// The words with a capital and a full stop.
    fileprivate var sentence: String { prefix(1).uppercased() + dropFirst() + "." }
}
