import Diagnostics

/// Decoding by the tables: which keys a mapping has, and of what kind their values are.
extension PolicyDecoder {
    /// The entries of a node that must be a mapping; `what` is how messages call it.
    mutating func fields<Key: MappingKey>(
        of node: Node,
        _: Key.Type,
        expecting what: @autoclosure () -> String
    ) -> Fields<Key>? {
        switch node {
        case .mapping(let mapping):
            let fields = Fields<Key>(mapping: mapping)
            checkKeys(of: fields, what: what())
            return fields
        case .unusable:
            return nil
        case .scalar, .list:
            let names = Key.names.alternatives
            bag.report(
                .wrongKind(node, what(), "a mapping", "expected a mapping with \(names)", nil)
            )
            return nil
        }
    }

    /// The mapping behind a key.
    mutating func mapping<Outer: MappingKey, Inner: MappingKey>(
        _ fields: Fields<Outer>,
        _ key: Outer,
        as _: Inner.Type
    ) -> Field<Fields<Inner>> {
        guard let node = fields[key] else { return .absent }
        guard case .mapping = node else {
            reportKind(of: node, for: key)
            return .rejected
        }
        guard let inner = self.fields(of: node, Inner.self, expecting: "`\(key.rawValue)`") else {
            return .rejected
        }
        return .given(inner, node.span)
    }

    /// The single value behind a key; `read` reports what it cannot read.
    mutating func one<Key: MappingKey, Value>(
        _ fields: Fields<Key>,
        _ key: Key,
        _ read: (inout PolicyDecoder, Node.Scalar) -> Value?
    ) -> Field<Value> {
        guard let node = fields[key] else { return .absent }
        guard let scalar = scalar(node, in: Slot(key)), let value = read(&self, scalar) else {
            return .rejected
        }
        return .given(value, scalar.span)
    }

    /// The value or the list of values behind a key, in the order of the text.
    mutating func several<Key: MappingKey, Value: Hashable>(
        _ fields: Fields<Key>,
        _ key: Key,
        _ read: (inout PolicyDecoder, Node.Scalar) -> Value?
    ) -> Field<[Value]> {
        guard let node = fields[key] else { return .absent }
        return several(node, in: Slot(key), read)
    }

    /// A value or a list of values, in the order of the text.
    mutating func several<Value: Hashable>(
        _ node: Node,
        in slot: @autoclosure () -> Slot,
        _ read: (inout PolicyDecoder, Node.Scalar) -> Value?
    ) -> Field<[Value]> {
        guard case .list(let list) = node else {
            guard let scalar = scalar(node, in: slot()), let value = read(&self, scalar) else {
                return .rejected
            }
            return .given([value], scalar.span)
        }
        guard !list.items.isEmpty else {
            bag.report(.emptyList(slot(), at: list.span))
            return .rejected
        }
        return items(list, in: slot(), read)
    }

    private mutating func items<Value: Hashable>(
        _ list: Node.List,
        in slot: Slot,
        _ read: (inout PolicyDecoder, Node.Scalar) -> Value?
    ) -> Field<[Value]> {
        var values: [Value] = []
        var firstSpans: [Value: SourceSpan] = [:]
        for item in list.items {
            guard let scalar = scalar(item, in: slot, isItem: true),
                let value = read(&self, scalar)
            else { continue }
            values.append(value)
            if let first = firstSpans[value] {
                bag.report(.duplicateValue(scalar, in: slot.name, first: first))
            } else {
                firstSpans[value] = scalar.span
            }
        }
        return values.count == list.items.count ? .given(values, list.span) : .rejected
    }

    /// The single value that a node is, or nothing for a node of another kind.
    private mutating func scalar(
        _ node: Node,
        in slot: @autoclosure () -> Slot,
        isItem: Bool = false
    ) -> Node.Scalar? {
        if case .scalar(let scalar) = node, !scalar.isNull { return scalar }
        reportKind(of: node, in: slot(), isItem: isItem)
        return nil
    }

    // MARK: - Findings

    /// Reports a node that is not of the kind that stands behind a key.
    mutating func reportKind(of node: Node, for key: some MappingKey) {
        reportKind(of: node, in: Slot(key))
    }

    private mutating func reportKind(of node: Node, in slot: Slot, isItem: Bool = false) {
        if case .unusable = node { return }
        let what = isItem ? "a value of `\(slot.name)`" : "`\(slot.name)`"
        let kind = isItem ? "a single value" : slot.value.kind
        bag.report(.wrongKind(node, what, kind, slot.value.expectation, slot.example))
    }

    private mutating func checkKeys<Key: MappingKey>(
        of fields: Fields<Key>,
        what: @autoclosure () -> String
    ) {
        // Keys are unique, so where as many are known as there are, none is unknown.
        if Key.allCases.count(where: { fields.contains($0) }) < fields.mapping.entries.count {
            let absent = fields.absentKeys
            for entry in fields.mapping.entries where Key(rawValue: entry.key.text) == nil {
                bag.report(.unknownKey(entry.key, of: what(), absent: absent.map(\.rawValue)))
            }
        }
        for key in Key.allCases where key.isRequired && !fields.contains(key) {
            bag.report(.missingKey(key, what: what(), at: fields.mapping.head))
        }
    }
}
