/// The schemas that rules between keys are made of; each is about mappings only.
///
/// None is generic: the program would hold a copy for each table.
extension SchemaValue {
    /// All of the keys are there.
    static func requiring(_ keys: any MappingKey...) -> SchemaValue {
        ["required": .words(keys.map { $0.rawValue })]
    }

    /// At least one of the keys is there.
    static func requiring(oneOf keys: any MappingKey...) -> SchemaValue {
        ["anyOf": .list(keys.map { .requiring($0) })]
    }

    /// None of the keys is there.
    static func without(_ keys: any MappingKey...) -> SchemaValue {
        .properties(keys.map { ($0, false) })
    }

    /// The values of the keys that are there fit.
    static func properties(_ schemas: [(key: any MappingKey, schema: SchemaValue)]) -> SchemaValue {
        var members: [String: SchemaValue] = [:]
        for (key, schema) in schemas { members[key.rawValue] = schema }
        return ["properties": .object(members)]
    }

    /// The key is there, and its value fits.
    static func having(_ key: any MappingKey, _ schema: SchemaValue) -> SchemaValue {
        .requiring(key).with(["properties": .object([key.rawValue: schema])])
    }

    /// What fits the one fits the other.
    static func `if`(_ condition: SchemaValue, then consequence: SchemaValue) -> SchemaValue {
        ["if": condition, "then": consequence]
    }

    /// Every value of a list fits.
    static func list(of schema: SchemaValue) -> SchemaValue { ["items": schema] }

    /// Any of the schemas fits.
    static func anyOf(_ schemas: SchemaValue...) -> SchemaValue { ["anyOf": .list(schemas)] }
}
