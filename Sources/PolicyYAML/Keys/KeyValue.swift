import Diagnostics
import LocatedYAML

/// The value of a key, with what is needed to decode it.
struct KeyValue {
    /// The key of the value.
    private enum Owner {
        /// A key of a table, at a position of the table.
        ///
        /// An `any MappingKey` would make copies of the value slow.
        case key(any MappingKey.Type, position: Int)
        /// A name that the policy chooses.
        case name(String, DefinitionKind)

        /// The key, or the name of a list.
        var name: String {
            switch self {
            case .key(let table, let position): table.key(at: position).rawValue
            case .name(let name, _): name
            }
        }
    }

    private let owner: Owner

    /// The span of the key.
    let keySpan: SourceSpan

    /// The value as it is written.
    let node: Node

    /// The values, if they are parts of a text: `80` and `443` in `*:80,443`.
    private let parts: [Node.Scalar]?

    let context: DecodingContext

    /// Creates the value of the key at a position of a table.
    init(
        _ table: any MappingKey.Type,
        _ position: Int,
        _ node: Node,
        at keySpan: SourceSpan,
        _ context: DecodingContext
    ) {
        owner = .key(table, position: position)
        self.keySpan = keySpan
        self.node = node
        parts = nil
        self.context = context
    }

    /// Creates the values of the key at a position of a table that are the parts of a text.
    init(
        _ table: any MappingKey.Type,
        _ position: Int,
        _ parts: [Node.Scalar],
        of text: Node.Scalar,
        _ context: DecodingContext
    ) {
        owner = .key(table, position: position)
        keySpan = text.span
        node = .scalar(text)
        self.parts = parts
        self.context = context
    }

    /// Creates the value of a name that the policy chooses.
    init(_ name: Node.Scalar, _ node: Node, _ kind: DefinitionKind, _ context: DecodingContext) {
        owner = .name(name.text, kind)
        keySpan = name.span
        self.node = node
        parts = nil
        self.context = context
    }

    /// The key, or the name of a list.
    var name: String { owner.name }

    /// The values that the key can have.
    var shape: ValueShape {
        switch owner {
        case .key(let table, let position): table.key(at: position).value
        case .name(_, let kind): kind.value
        }
    }

    /// The key with a value, for messages.
    private var example: String {
        switch owner {
        case .key(let table, let position): table.key(at: position).example
        case .name(_, let kind): kind.example
        }
    }

    /// Whether the key can be left out.
    private var isOptional: Bool {
        switch owner {
        case .key(let table, let position): !table.key(at: position).isRequired
        case .name: false
        }
    }

    /// Whether it is a key of `match`.
    private var isOfMatch: Bool {
        if case .key(let table, _) = owner { table == MatchKey.self } else { false }
    }

    // MARK: - Single values

    /// The single value of the key.
    func one<Value>(_ read: (String) throws(ValueProblem) -> Value) -> Decoded<Value> {
        oneScalar { context.read($0, in: ValuePlace(exception: exception), read) }
    }

    /// The single value of the key; `read` reports what it cannot read.
    func oneScalar<Value>(_ read: (Node.Scalar) -> Value?) -> Decoded<Value> {
        guard let scalar = scalar(node), let value = read(scalar) else { return .rejected }
        return .given(value, scalar.span)
    }

    /// The value of the key or the values of its list, in the order of the text.
    func several<Value: Hashable>(
        _ read: (String) throws(ValueProblem) -> Value
    ) -> Decoded<[Value]> {
        severalScalars { self.read($0, read) }
    }

    /// One of the values of the key, or `nil` if the text has a problem, which is reported.
    func read<Value>(
        _ scalar: Node.Scalar,
        _ read: (String) throws(ValueProblem) -> Value
    ) -> Value? {
        context.read(scalar, in: ValuePlace(several: several, exception: exception), read)
    }

    /// How several values are written in place of one.
    var several: ValuePlace.Several {
        if parts != nil { return .commas }
        if case .list = node { return .values }
        return .list
    }

    /// The key of an exception with such a value.
    private var exception: String? { isOfMatch ? name : nil }

    /// The value of the key or the values of its list, in the order of the text.
    ///
    /// `read` reports what it cannot read.
    func severalScalars<Value: Hashable>(_ read: (Node.Scalar) -> Value?) -> Decoded<[Value]> {
        if let parts {
            return items(parts.map { .scalar($0) }, at: node.span, read)
        }
        guard case .list(let list) = node else { return oneScalar(read).map { [$0] } }
        guard !list.items.isEmpty else {
            reportEmpty(list)
            return .rejected
        }
        return items(list.items, at: list.span, read)
    }

    private func reportEmpty(_ list: Node.List) {
        context.bag.error(
            .emptyList,
            "the list of `\(name)` is empty",
            at: list.span,
            "an empty list matches nothing",
            help: isOptional
                ? "write at least one value, or leave `\(name)` out if it may be anything"
                : "write at least one value"
        )
    }

    private func reportRepetition(_ scalar: Node.Scalar, first: SourceSpan) {
        context.bag.repetition(
            .duplicateValue,
            severity: .warning,
            "\(scalar.text.quoted) is there twice in the list of `\(name)`",
            at: scalar.span,
            first: first,
            help: "remove one of them"
        )
    }

    private func items<Value: Hashable>(
        _ items: some Collection<Node>,
        at span: SourceSpan,
        _ read: (Node.Scalar) -> Value?
    ) -> Decoded<[Value]> {
        var values: [Value] = []
        var firstSpans: [Value: SourceSpan] = [:]
        for item in items {
            guard let scalar = scalar(item, isItem: true), let value = read(scalar) else {
                continue
            }
            values.append(value)
            if let first = firstSpans[value] {
                reportRepetition(scalar, first: first)
            } else {
                firstSpans[value] = scalar.span
            }
        }
        return values.count == items.count ? .given(values, span) : .rejected
    }

    /// The single value that a node is, or `nil` for a node of another kind, which is reported.
    private func scalar(_ node: Node, isItem: Bool = false) -> Node.Scalar? {
        if case .scalar(let scalar) = node, !scalar.isNull { return scalar }
        reportKind(of: node, isItem: isItem)
        return nil
    }

    // MARK: - Mappings and lists of mappings

    /// The mapping of the key, decoded into `parts`.
    func mapping<Key: MappingKey>(
        _: Key.Type,
        into parts: Key.Parts
    ) -> Decoded<DecodedMapping<Key>> {
        guard case .mapping(let mapping) = node else {
            reportKind(of: node)
            return .rejected
        }
        let owner = owner
        return .given(
            DecodedMapping(mapping, "`\(owner.name)`", into: parts, context),
            mapping.span
        )
    }

    /// The nodes of the key's list, or `nil` for a node of another kind, which is reported.
    func list() -> Node.List? {
        if case .list(let list) = node { return list }
        reportKind(of: node)
        return nil
    }

    /// Reports a value, or a value of a list, of the wrong kind.
    func reportKind(of node: Node, isItem: Bool = false) {
        context.reportKind(
            of: node,
            isItem ? "a value of `\(name)`" : "`\(name)`",
            mustBe: isItem ? "a single value" : shape.kind,
            shape.expectation,
            help: (isItem ? nil : help(insteadOf: node)) ?? "for example `\(example)`"
        )
    }
}

/// A value that was decoded, or the reason why there is none.
enum Decoded<Value> {
    /// The key is missing.
    case absent
    /// The value has been reported; nothing can be concluded from it.
    case rejected
    /// The value, and its span.
    case given(Value, SourceSpan)

    /// The value, if there is one.
    var value: Value? {
        if case .given(let value, _) = self { value } else { nil }
    }

    /// The span of the value, if there is one.
    var span: SourceSpan? {
        if case .given(_, let span) = self { span } else { nil }
    }

    /// Whether the key is there but its value cannot be used.
    var isRejected: Bool {
        if case .rejected = self { true } else { false }
    }

    /// The same with the value turned into another.
    func map<Other>(_ transform: (Value) -> Other) -> Decoded<Other> {
        switch self {
        case .absent: .absent
        case .rejected: .rejected
        case .given(let value, let span): .given(transform(value), span)
        }
    }
}
