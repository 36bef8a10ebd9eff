/// A place for a value: the key in front of it, and what may stand there.
struct Slot {
    let name: String
    let value: ValueShape
    let example: String

    /// Whether it can be left out, and then means anything.
    let isOptional: Bool

    init(_ key: some MappingKey) {
        name = key.rawValue
        value = key.value
        example = key.example
        isOptional = !key.isRequired
    }

    /// The place behind a name that the policy chooses.
    init(named name: String, _ kind: DefinitionKind) {
        self.name = name
        value = kind.value
        example = kind.example
        isOptional = false
    }
}
