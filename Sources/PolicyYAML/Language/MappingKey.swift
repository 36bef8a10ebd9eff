/// The keys of one kind of mapping: the table that decoding and messages are made from.
///
/// Together the tables describe the whole language.
protocol MappingKey: RawRepresentable, CaseIterable, Hashable, Sendable
where RawValue == String {
    /// The mapping as messages call it: a key in backticks, or a few words.
    static var owner: String { get }

    /// Whether the mapping is incomplete without the key.
    var isRequired: Bool { get }

    /// What may stand behind the key.
    var value: ValueShape { get }

    /// The key with a value, as it could stand in a policy.
    var example: String { get }

    /// What the key says, in one sentence.
    var summary: String { get }

    /// The value that a policy has without the key, where one could be written.
    var defaultText: String? { get }

    /// Whether an empty list or mapping may stand behind the key.
    var mayBeEmpty: Bool { get }

    /// What else must hold for the mapping as a whole: a list of schemas, in YAML.
    static var rules: String { get }
}

/// What may stand behind a key.
enum ValueShape: Sendable {
    /// A single value.
    case one(Grammar)
    /// A single value or a list of them, which means any of them.
    case oneOrMore(Grammar)
    /// The same, or a mapping that names a file which holds them.
    case oneOrMoreOrFile(Grammar)
    /// A mapping of names, which the policy chooses, to lists.
    case definitions(DefinitionKind)
    /// A single value or a mapping.
    case oneOrMapping(Grammar, any MappingKey.Type)
    /// A list of mappings.
    case list(of: any MappingKey.Type)
    /// A mapping.
    case mapping(any MappingKey.Type)

    /// What was expected, as the text behind the carets says it.
    var expectation: String {
        switch self {
        case .one(let grammar): "expected \(grammar.expectation)"
        case .oneOrMore(let grammar): "expected \(grammar.expectation), or a list of these"
        case .oneOrMoreOrFile(let grammar):
            "expected \(grammar.expectation), a list of these, or `{\(FileKey.file.example)}`"
        case .definitions: "expected names with lists behind them"
        case .oneOrMapping(let grammar, let keys):
            "expected \(grammar.expectation), or a mapping with \(keys.names.alternatives)"
        case .list: "expected a list"
        case .mapping(let keys): "expected a mapping with \(keys.names.alternatives)"
        }
    }

    /// The kind of node, as a message names it.
    var kind: String {
        switch self {
        case .one: "a single value"
        case .oneOrMore: "a value or a list of values"
        case .oneOrMoreOrFile: "a value, a list of values or a file"
        case .oneOrMapping: "a value or a mapping"
        case .list: "a list"
        case .mapping, .definitions: "a mapping"
        }
    }
}

extension MappingKey {
    var defaultText: String? { nil }

    var mayBeEmpty: Bool { false }

    /// The keys in the order of the table.
    static var names: [String] { allCases.map(\.rawValue) }
}

extension [String] {
    /// The words in backticks: `a`, `b` or `c`.
    var alternatives: String {
        let quoted = map { "`\($0)`" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
        return quoted.dropLast().joined(separator: ", ") + " or " + last
    }
}
