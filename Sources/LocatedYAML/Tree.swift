import Diagnostics

/// The values of one text.
///
/// A large text has millions of them, so they lie in two arrays, and none has memory of its own. A
/// ``Node`` is made when it is read.
struct Tree: Sendable {
    /// A value, or a key.
    struct Record {
        var start: SourcePosition
        var end: SourcePosition
        var content: Content

        /// Whether it is an empty plain scalar, which stands for a value that was left out.
        var isNothing: Bool {
            if case .scalar(_, 0, isPlain: true) = content { true } else { false }
        }
    }

    /// What a value is.
    enum Content {
        /// A single value, and the place of its text among the texts.
        case scalar(first: Int32, count: Int32, isPlain: Bool)
        /// A list, and the place of its items among the records.
        case list(first: Int32, count: Int32)
        /// A mapping, and the place of its entries among the records: each a key and its value.
        case mapping(first: Int32, count: Int32, isFlow: Bool)
        /// Something that has been reported.
        case unusable
    }

    private let source: SourceID

    /// The values inside lists and mappings; those of one list or mapping are adjacent.
    var records: [Record] = []

    /// The texts of all single values, one after the other.
    var texts: [UInt8] = []

    init(of source: SourceID) {
        self.source = source
    }

    /// The single value that a record stands for.
    func scalar(_ record: Record) -> Node.Scalar {
        let isPlain = if case .scalar(_, _, let isPlain) = record.content { isPlain } else { false }
        return Node.Scalar(text: text(of: record), span: span(of: record), isPlain: isPlain)
    }

    /// The span of a value.
    func span(of record: Record) -> SourceSpan {
        SourceSpan(source: source, start: record.start, end: record.end)
    }

    /// The text of a single value.
    func text(of record: Record) -> String {
        texts[textRange(of: record)].withUnsafeBufferPointer {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// The index of the key with a text among the entries that begin at a record.
    func index(ofKey text: String, first: Int, count: Int) -> Int? {
        var text = text
        return text.withUTF8 { text in
            records.withUnsafeBufferPointer { records in
                texts.withUnsafeBufferPointer { texts in
                    (0..<count).first { records[first + 2 * $0].isText(text, in: texts) }
                }
            }
        }
    }

    /// Whether two single values have the same text.
    func isSameText(_ record: Record, _ other: Record) -> Bool {
        let range = textRange(of: record)
        return texts.withUnsafeBufferPointer { texts in
            other.isText(UnsafeBufferPointer(rebasing: texts[range]), in: texts)
        }
    }

    private func textRange(of record: Record) -> Range<Int> {
        guard case .scalar(let first, let count, _) = record.content else { return 0..<0 }
        return Int(first)..<Int(first + count)
    }
}

extension Tree.Record {
    /// Whether it is a single value with a text; `texts` are those of its tree.
    @inline(__always)
    fileprivate func isText(
        _ text: UnsafeBufferPointer<UInt8>,
        in texts: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard case .scalar(let first, let count, _) = content, Int(count) == text.count
        else { return false }
        // Different keys mostly differ at their ends.
        var index = text.count
        while index > 0, texts[Int(first) + index - 1] == text[index - 1] { index -= 1 }
        return index == 0
    }
}

/// A tree that is finished, and shared by its nodes: a copy of a node then counts one reference.
final class SharedTree: Sendable {
    let tree: Tree

    init(_ tree: Tree) { self.tree = tree }

    /// The value at an index of the records.
    func node(_ index: Int) -> Node { node(tree.records[index]) }

    /// The single value at an index of the records.
    func scalar(_ index: Int) -> Node.Scalar { tree.scalar(tree.records[index]) }

    /// The span of the value at an index of the records.
    func span(_ index: Int) -> SourceSpan { tree.span(of: tree.records[index]) }

    /// The value that a record stands for.
    func node(_ record: Tree.Record) -> Node {
        switch record.content {
        case .scalar:
            return .scalar(tree.scalar(record))
        case .list(let first, let count):
            let items = Node.Items(self, first: Int(first), count: Int(count))
            return .list(Node.List(items: items, span: tree.span(of: record)))
        case .mapping(let first, let count, let isFlow):
            let entries = Node.Entries(self, first: Int(first), count: Int(count))
            return .mapping(
                Node.Mapping(entries: entries, span: tree.span(of: record), isFlow: isFlow)
            )
        case .unusable:
            return .unusable(tree.span(of: record))
        }
    }
}
