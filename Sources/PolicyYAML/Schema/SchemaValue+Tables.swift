/// Schemas of mappings, and of what stands behind their keys.
extension SchemaValue {
    /// The schema of a mapping.
    static func mapping(_ table: any MappingKey.Type) -> SchemaValue {
        var properties: [String: SchemaValue] = [:]
        var required: [String] = []
        for key in table.keys {
            properties[key.rawValue] = behind(key)
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

    /// The schema of what stands behind a key.
    private static func behind(_ key: any MappingKey) -> SchemaValue {
        let value = key.value
        var annotations: [String: SchemaValue] = [
            "description": "\(key.summary)\n\n\(value.expectation.sentence)"
        ]
        annotations["examples"] = SchemaValue(behindKeyIn: key.example).map { [$0] }
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

    /// The schema that stands for the one of a mapping.
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
