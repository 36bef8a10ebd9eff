import Diagnostics

extension Node {
    /// The values in a list.
    struct Items: RandomAccessCollection, Sendable {
        private let tree: Tree
        private let first: Int
        let endIndex: Int

        /// Creates the items of a list from their records.
        init(_ tree: Tree, first: Int, count: Int) {
            self.tree = tree
            self.first = first
            endIndex = count
        }

        var startIndex: Int { 0 }

        subscript(index: Int) -> Node { tree.node(tree.records[first + index]) }
    }

    /// The keys of a mapping with their values.
    struct Entries: RandomAccessCollection, Sendable {
        private let tree: Tree
        private let first: Int
        let endIndex: Int

        /// Creates the entries of a mapping from their records.
        init(_ tree: Tree, first: Int, count: Int) {
            self.tree = tree
            self.first = first
            endIndex = count
        }

        var startIndex: Int { 0 }

        subscript(index: Int) -> Entry {
            Entry(key: tree.scalar(key(at: index)), value: value(at: index))
        }

        /// The index of a key.
        func index(of key: String) -> Int? {
            tree.index(ofKey: key, first: first, count: endIndex)
        }

        /// The place of the key at an index.
        func span(ofKeyAt index: Int) -> SourceSpan { tree.span(of: key(at: index)) }

        /// The value behind the key at an index.
        func value(at index: Int) -> Node { tree.node(tree.records[first + 2 * index + 1]) }

        private func key(at index: Int) -> Tree.Record { tree.records[first + 2 * index] }
    }
}
