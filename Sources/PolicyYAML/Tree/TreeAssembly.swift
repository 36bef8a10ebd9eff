import Diagnostics

/// A tree that is put together in the order of its text.
struct TreeAssembly {
    /// The tree, in which the values of all lists and mappings are that came to their end.
    private(set) var tree: Tree

    /// The values inside those that did not, the innermost last: so those of each stand in a row.
    private var open: [Tree.Record] = []

    /// Begins the tree of a text of so many bytes; `texts` are those that are known beforehand.
    init(of source: SourceID, bytes: Int, texts: [UInt8] = []) {
        tree = Tree(of: source)
        tree.texts = texts
        // Hardly any text has more values, and memory that is not used costs nothing.
        tree.records.reserveCapacity(bytes / 6)
    }

    /// Adds a text, and returns what a single value with it is.
    mutating func add(_ text: UnsafeBufferPointer<UInt8>, isPlain: Bool) -> Tree.Content {
        defer { tree.texts.append(contentsOf: text) }
        return .scalar(
            first: Int32(tree.texts.count),
            count: Int32(text.count),
            isPlain: isPlain
        )
    }

    /// Where the values of a list or mapping are going to begin.
    var mark: Int { open.count }

    /// The number of entries that a mapping has so far.
    func entryCount(since mark: Int) -> Int { (open.count - mark) / 2 }

    /// The key of an entry that a mapping has.
    func key(_ index: Int, since mark: Int) -> Tree.Record { open[mark + 2 * index] }

    /// Adds a value to the innermost list or mapping.
    mutating func append(_ record: Tree.Record) { open.append(record) }

    /// Makes a value the list of all values since a mark.
    mutating func endList(_ list: inout Tree.Record, since mark: Int) {
        let count = Int32(open.count - mark)
        list.content = .list(first: end(&list, since: mark), count: count)
    }

    /// Makes a value the mapping of all keys and values since a mark.
    mutating func endMapping(_ mapping: inout Tree.Record, since mark: Int, isFlow: Bool) {
        let count = Int32((open.count - mark) / 2)
        let first = end(&mapping, since: mark)
        mapping.content = .mapping(first: first, count: count, isFlow: isFlow)
    }

    /// Moves the values since a mark to the tree; a value ends where the last one inside it does,
    /// as long as nothing else is said.
    private mutating func end(_ record: inout Tree.Record, since mark: Int) -> Int32 {
        defer {
            tree.records.append(contentsOf: open[mark...])
            open.removeSubrange(mark...)
        }
        if open.count > mark { record.end = open[open.count - 1].end }
        return Int32(tree.records.count)
    }
}
