/// The schemas that rules between keys are made of; each is about mappings only.
extension SchemaValue {
    /// All of the keys are there.
    static func requiring<Key: MappingKey>(_ keys: [Key]) -> SchemaValue {
        ["required": .words(keys.map(\.rawValue))]
    }

    /// At least one of the keys is there.
    static func requiring<Key: MappingKey>(oneOf keys: [Key]) -> SchemaValue {
        ["anyOf": .list(keys.map { .requiring([$0]) })]
    }

    /// None of the keys is there.
    static func without<Key: MappingKey>(_ keys: [Key]) -> SchemaValue {
        properties(Dictionary(keys.map { ($0, false) }) { first, _ in first })
    }

    /// The values of the keys that are there fit.
    static func properties<Key: MappingKey>(_ schemas: [Key: SchemaValue]) -> SchemaValue {
        let members = schemas.map { ($0.key.rawValue, $0.value) }
        return ["properties": .object(Dictionary(members) { first, _ in first })]
    }

    /// The key is there, and its value fits.
    static func having<Key: MappingKey>(_ key: Key, _ schema: SchemaValue) -> SchemaValue {
        requiring([key]).with(["properties": .object([key.rawValue: schema])])
    }

    /// What fits the one fits the other.
    static func `if`(_ condition: SchemaValue, then consequence: SchemaValue) -> SchemaValue {
        ["if": condition, "then": consequence]
    }
}
