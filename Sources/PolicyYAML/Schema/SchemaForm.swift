/// The form of a single value: how an editor tells it from others.
///
/// An editor has read the value by YAML's types already: `80` is a number to it, `"80"` is a text,
/// and both are a port. Where a number without quotes would be an ordinary text of the language, it
/// is allowed; `true` in the place of a name is not, so that no editor proposes it.
enum SchemaForm {
    /// One of some words.
    case words([String])
    /// `true` or `false`.
    case boolean
    /// `true`, `false`, or a text with a pattern.
    case booleanOr(String)
    /// `true`.
    case onlyTrue
    /// A text with a pattern.
    case text(String)
    /// A text that can look like a number, with its longest length in bytes.
    case freeText(String, longest: Int? = nil)
    /// A text that can look like a number that is not negative.
    case name(String)
    /// A number, or a text with a pattern.
    case number(ClosedRange<Int>, or: String = SchemaPattern.number)
    /// `true`, or a port as `portOrList` has it.
    case localPort(String)

    /// A port, or a text with a pattern.
    static func port(_ pattern: String) -> SchemaForm {
        .number(1...Int(UInt16.max), or: pattern)
    }

    /// A port, a text with a pattern, or the name of a list.
    static func portOrList(_ pattern: String) -> SchemaForm {
        .port("(\(pattern)|\(SchemaPattern.listName))")
    }

    /// A user or a group.
    static var account: SchemaForm {
        .number(0...Int(IDText.nobody - 1), or: SchemaPattern.account)
    }

    /// The schema, with the message that an editor shows for another value.
    ///
    /// JSON Schema has no keyword for it, but editors know this one, and would otherwise show the
    /// pattern.
    func schema(message: SchemaValue) -> SchemaValue {
        switch self {
        case .words(let words): ["enum": .words(words), "errorMessage": message]
        case .boolean: Self.text("(true|false)", orType: "boolean", message)
        case .booleanOr(let pattern):
            Self.text("(true|false|\(pattern))", orType: "boolean", message)
        case .onlyTrue: ["enum": [true, "true"], "errorMessage": message]
        case .text(let pattern): Self.text(pattern, orType: nil, message)
        case .freeText(let pattern, let longest):
            Self.text(pattern, orType: "number", message)
                .with(longest.map { ["maxLength": .integer($0)] } ?? [:])
        case .name(let pattern):
            Self.text(pattern, orType: "number", message).with(["minimum": 0])
        case .number(let range, let pattern):
            Self.text(pattern, orType: "integer", message).with([
                "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
            ])
        case .localPort(let pattern):
            [
                "anyOf": [
                    ["const": true],
                    SchemaForm.portOrList("true|\(pattern)").schema(message: message),
                ]
            ]
        }
    }

    private static func text(
        _ pattern: String,
        orType type: String?,
        _ message: SchemaValue
    ) -> SchemaValue {
        [
            "type": type.map { [.text($0), "string"] } ?? "string",
            "pattern": "^\(pattern)$",
            "errorMessage": message,
        ]
    }
}

extension Grammar {
    /// The schema of such a value.
    var schema: SchemaValue { form.schema(message: "expected \(expectation)") }

    /// The schema of a list of such values.
    var listSchema: SchemaValue {
        let listed = words.filter { !loneWords.contains($0) }
        let items =
            loneWords.isEmpty
            ? reference
            : SchemaForm.words(listed).schema(message: "expected \(listed.alternatives)")
        return ["type": "array", "items": items, "minItems": 1]
    }

    /// The schema that refers to the one of such a value.
    var reference: SchemaValue { ["$ref": "#/$defs/\(rawValue)"] }
}
