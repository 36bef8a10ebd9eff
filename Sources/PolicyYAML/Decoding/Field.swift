import Diagnostics

/// What decoding made of the value behind a key.
enum Field<Value> {
    /// The key is not there.
    case absent
    /// The value has been reported; nothing can be concluded from it.
    case rejected
    /// The value, and where it stands.
    case given(Value, SourceSpan)

    /// The value, where there is one.
    var value: Value? {
        if case .given(let value, _) = self { value } else { nil }
    }

    /// The place of the value, where there is one.
    var span: SourceSpan? {
        if case .given(_, let span) = self { span } else { nil }
    }

    /// The field with its value turned into another.
    func map<Other>(_ transform: (Value) -> Other) -> Field<Other> {
        switch self {
        case .absent: .absent
        case .rejected: .rejected
        case .given(let value, let span): .given(transform(value), span)
        }
    }

    /// Whether the key is there but its value is of no use.
    var isRejected: Bool {
        if case .rejected = self { true } else { false }
    }
}

/// The entries of a mapping, found by the keys of its table.
struct Fields<Key: MappingKey> {
    let mapping: Node.Mapping

    /// The value behind a key.
    subscript(key: Key) -> Node? {
        index(of: key).map { mapping.entries.value(at: $0) }
    }

    /// The place of a key.
    func span(of key: Key) -> SourceSpan? {
        index(of: key).map { mapping.entries.span(ofKeyAt: $0) }
    }

    /// The place of the first of some keys that is there.
    func firstSpan(of keys: Key...) -> SourceSpan? {
        keys.lazy.compactMap { span(of: $0) }.first
    }

    /// Whether a key is there.
    func contains(_ key: Key) -> Bool { index(of: key) != nil }

    /// The keys of the table that are not there.
    var absentKeys: [Key] { Key.allCases.filter { !contains($0) } }

    private func index(of key: Key) -> Int? { mapping.entries.index(of: key.rawValue) }
}
