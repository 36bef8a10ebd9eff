import Diagnostics
import LocatedYAML

/// The keys of one kind of mapping: a table with a row for each key.
///
/// Decoding, messages and the JSON Schema are made from these tables.
protocol MappingKey: RawRepresentable, CaseIterable, Hashable, Sendable
where RawValue == String {
    /// The values that the mapping decodes to.
    associatedtype Parts

    /// The mapping in messages: a key in backticks, or a few words.
    static var owner: String { get }

    /// The keys without which the mapping is incomplete.
    static var required: [Self] { get }

    /// What is known of the key.
    var row: KeyRow<Parts> { get }

    /// The rows of all keys, made once: a policy can have millions of keys to decode.
    static var rows: [KeyRow<Parts>] { get }

    /// Keys of other programs, in lower case with dashes, and what they mean here.
    static var foreignKeys: [String: ForeignKey] { get }

    /// The mapping that a value of another kind stands for, if that is clear.
    static func meant(by node: Node) -> MeantMapping?

    /// What else must hold for the mapping as a whole: a list of JSON Schemas, in YAML.
    static var rules: String { get }
}

/// One key of a mapping.
struct KeyRow<Parts>: Sendable {
    /// The values that the key can have.
    let value: ValueShape

    /// The key with a value, as it could be in a policy.
    let example: String

    /// What the key means, in one sentence.
    let summary: String

    /// The value that stands for a missing key, if there is one.
    let defaultText: String?

    /// Whether the key can have an empty list or mapping.
    let mayBeEmpty: Bool

    /// Decodes the value of the key into the parts of the mapping.
    ///
    /// Keys are decoded in the order of the table.
    let decode: @Sendable (inout Parts, consuming KeyValue) -> Void

    init(
        _ value: ValueShape,
        example: String,
        summary: String,
        default defaultText: String? = nil,
        mayBeEmpty: Bool = false,
        decode: @escaping @Sendable (inout Parts, consuming KeyValue) -> Void
    ) {
        self.value = value
        self.example = example
        self.summary = summary
        self.defaultText = defaultText
        self.mayBeEmpty = mayBeEmpty
        self.decode = decode
    }
}

extension MappingKey {
    var value: ValueShape { row.value }
    var example: String { row.example }
    var summary: String { row.summary }
    var defaultText: String? { row.defaultText }
    var isRequired: Bool { Self.required.contains(self) }
    var mayBeEmpty: Bool { row.mayBeEmpty }

    static var required: [Self] { [] }
    static var rules: String { "[]" }
    static var foreignKeys: [String: ForeignKey] { [:] }
    static func meant(by node: Node) -> MeantMapping? { nil }

    /// The keys in the order of the table.
    static var names: [String] { allCases.map(\.rawValue) }

    /// The key at a position of the table.
    static func key(at position: Int) -> Self { Array(allCases)[position] }
}

/// The values that a key can have.
enum ValueShape: Sendable {
    /// A single value.
    case one(Grammar)
    /// A single value or a list of them, which means any of them.
    case oneOrMore(Grammar)
    /// The same, or a mapping that names a file with the values.
    case oneOrMoreOrFile(Grammar)
    /// A mapping of names, which the policy chooses, to lists.
    case definitions(DefinitionKind)
    /// A single value or a mapping.
    case oneOrMapping(Grammar, any MappingKey.Type)
    /// A list of mappings.
    case list(of: any MappingKey.Type)
    /// A mapping.
    case mapping(any MappingKey.Type)

    /// The table of the mapping that the value is or can be.
    var mappingKeys: (any MappingKey.Type)? {
        switch self {
        case .mapping(let keys), .oneOrMapping(_, let keys): keys
        case .one, .oneOrMore, .oneOrMoreOrFile, .definitions, .list: nil
        }
    }

    /// The label of a value of another shape.
    var expectation: String {
        switch self {
        case .one(let grammar): "expected \(grammar.expectation)"
        case .oneOrMore(let grammar): "expected \(grammar.expectation), or a list of these"
        case .oneOrMoreOrFile(let grammar):
            "expected \(grammar.expectation), a list of these, or `{\(FileKey.file.example)}`"
        case .definitions: "expected names, each with a list"
        case .oneOrMapping(let grammar, let keys):
            "expected \(grammar.expectation), or a mapping with \(keys.names.alternatives)"
        case .list: "expected a list"
        case .mapping(let keys): "expected a mapping with \(keys.names.alternatives)"
        }
    }

    /// The kind of value in messages.
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

/// The language: the tables of all mappings.
enum PolicyLanguage {
    /// The tables, in the order of the reference.
    static let tables: [any MappingKey.Type] = [
        PolicyKey.self, SettingsKey.self, FileKey.self, RedirectKey.self, MatchKey.self,
        EndpointKey.self, TargetKey.self, ShareKey.self, MasqueradeKey.self, LogKey.self,
        TestKey.self,
    ]

    /// Whether a word before a colon must be a key; `local:8080` is also an outcome.
    static func isAlwaysKey(_ word: String) -> Bool {
        word != TargetKey.local.rawValue && tables.contains { $0.names.contains(word) }
    }
}

extension [String] {
    /// The words in backticks: `a`, `b` or `c`.
    var alternatives: String { map { "`\($0)`" }.joined(by: "or") }
}
