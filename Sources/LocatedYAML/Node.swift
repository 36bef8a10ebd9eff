public import Diagnostics

/// A value in a YAML text, with its span.
public enum Node: Sendable {
    /// A single value.
    case scalar(Scalar)
    /// A list.
    case list(List)
    /// A mapping.
    case mapping(Mapping)
    /// A value that has been reported and cannot be used.
    case unusable(SourceSpan)

    /// Values in order.
    public struct List: Sendable {
        /// The values.
        public let items: Items

        /// The span from the first value to the last, or that of the brackets.
        public let span: SourceSpan
    }

    /// Keys with their values, in the order of the text; each key once.
    public struct Mapping: Sendable {
        /// The keys with their values.
        public let entries: Entries

        /// The span from the first key to the last value, or that of the braces.
        public let span: SourceSpan

        /// Whether it is written in braces.
        let isFlow: Bool

        /// The part that a finding about the whole mapping marks.
        public var head: SourceSpan { isFlow ? span : entries.first?.key.span ?? span }
    }

    /// A key and its value.
    public struct Entry: Sendable {
        /// The key.
        public let key: Scalar

        /// The value.
        public let value: Node
    }

    /// The span of the value.
    public var span: SourceSpan {
        switch self {
        case .scalar(let scalar): scalar.span
        case .list(let list): list.span
        case .mapping(let mapping): mapping.span
        case .unusable(let span): span
        }
    }

    /// The part that a finding about the whole value marks.
    public var head: SourceSpan {
        if case .mapping(let mapping) = self { mapping.head } else { span }
    }

    /// Whether it stands for "no value": an empty plain scalar, `~` or `null`.
    public var isNull: Bool {
        if case .scalar(let scalar) = self { scalar.isNull } else { false }
    }
}

// MARK: - Collections

extension Node {
    /// The values of a list.
    public struct Items: RandomAccessCollection, Sendable {
        private let tree: SharedTree
        private let first: Int

        /// The number of values.
        public let endIndex: Int

        /// Creates the items of a list from their records.
        init(_ tree: SharedTree, first: Int, count: Int) {
            self.tree = tree
            self.first = first
            endIndex = count
        }

        /// Always 0.
        public var startIndex: Int { 0 }

        /// The value at an index.
        public subscript(index: Int) -> Node { tree.node(first + index) }
    }

    /// The keys of a mapping with their values.
    public struct Entries: RandomAccessCollection, Sendable {
        private let tree: SharedTree
        private let first: Int

        /// The number of keys.
        public let endIndex: Int

        /// Creates the entries of a mapping from their records.
        init(_ tree: SharedTree, first: Int, count: Int) {
            self.tree = tree
            self.first = first
            endIndex = count
        }

        /// Always 0.
        public var startIndex: Int { 0 }

        /// The key at an index, and its value.
        public subscript(index: Int) -> Entry {
            Entry(key: tree.scalar(first + 2 * index), value: value(at: index))
        }

        /// The index of a key, or `nil` if the mapping does not have it.
        public func index(of key: String) -> Int? {
            tree.tree.index(ofKey: key, first: first, count: endIndex)
        }

        /// The span of the key at an index.
        public func span(ofKeyAt index: Int) -> SourceSpan { tree.span(first + 2 * index) }

        /// The value of the key at an index.
        public func value(at index: Int) -> Node { tree.node(first + 2 * index + 1) }
    }
}
