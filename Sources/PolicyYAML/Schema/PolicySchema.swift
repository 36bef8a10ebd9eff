/// The JSON Schema of the policy language, made from the tables that decoding uses.
///
/// Editors check and complete policies with it. It knows what the form of a value tells; what
/// follows from values, names and files is for the decoder.
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

    /// Encodes the schema itself, with nothing around it.
    public func encode(to encoder: any Encoder) throws { try root.encode(to: encoder) }
}
