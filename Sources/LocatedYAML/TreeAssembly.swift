import Diagnostics

/// A tree that is built in the order of its text.
struct TreeAssembly {
    /// The tree, with the values of the lists and mappings that have ended.
    private(set) var tree: Tree

    /// The values of the lists and mappings that have not ended, those of the innermost last.
    private var open: [Tree.Record] = []

    /// Begins the tree of a text with the given number of bytes.
    init(of source: SourceID, bytes: Int) {
        tree = Tree(of: source)
        // Few texts have more values, and memory that is not used costs nothing.
        tree.records.reserveCapacity(bytes / 6)
    }

    /// Adds a text, and returns the content of a single value with that text.
    mutating func add(_ text: UnsafeBufferPointer<UInt8>, isPlain: Bool) -> Tree.Content {
        defer { tree.texts.append(contentsOf: text) }
        return .scalar(
            first: Int32(tree.texts.count),
            count: Int32(text.count),
            isPlain: isPlain
        )
    }

    /// The position at which the values of a list or mapping begin.
    var mark: Int { open.count }

    /// The number of entries that a mapping has so far.
    func entryCount(since mark: Int) -> Int { (open.count - mark) / 2 }

    /// The key of an entry that a mapping has.
    func key(_ index: Int, since mark: Int) -> Tree.Record { open[mark + 2 * index] }

    /// The value that a record stands for.
    func node(_ record: Tree.Record) -> Node { SharedTree(tree).node(record) }

    /// Adds a value to the innermost list or mapping.
    mutating func append(_ record: Tree.Record) { open.append(record) }

    /// Makes a record the list of all values since a mark.
    mutating func endList(_ list: inout Tree.Record, since mark: Int) {
        let count = Int32(open.count - mark)
        list.content = .list(first: end(&list, since: mark), count: count)
    }

    /// Makes a record the mapping of all keys and values since a mark.
    mutating func endMapping(_ mapping: inout Tree.Record, since mark: Int, isFlow: Bool) {
        let count = Int32((open.count - mark) / 2)
        let first = end(&mapping, since: mark)
        mapping.content = .mapping(first: first, count: count, isFlow: isFlow)
    }

    /// Moves the values since a mark to the tree.
    ///
    /// The list or mapping ends with its last value; the caller corrects that for one with brackets
    /// or braces.
    private mutating func end(_ record: inout Tree.Record, since mark: Int) -> Int32 {
        defer {
            tree.records.append(contentsOf: open[mark...])
            open.removeSubrange(mark...)
        }
        if open.count > mark { record.end = open[open.count - 1].end }
        return Int32(tree.records.count)
    }
}
