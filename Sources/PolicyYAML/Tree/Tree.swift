import Diagnostics

/// The values of one text.
///
/// A policy has millions of them. They lie in two arrays, without any memory of their own, and
/// take shape as a ``Node`` only where one is looked at.
struct Tree: Sendable {
    /// A value, or a key.
    struct Record {
        var start: SourcePosition
        var end: SourcePosition
        var content: Content

        /// The number of bytes in the text of a single value.
        var textCount: Int {
            if case .scalar(_, let count, _) = content { Int(count) } else { 0 }
        }

        /// Whether there is nothing where a value could be.
        var isNothing: Bool {
            if case .scalar(_, 0, isPlain: true) = content { true } else { false }
        }
    }

    /// What a value is.
    enum Content {
        /// A single value, and where its text lies among the texts.
        case scalar(first: Int32, count: Int32, isPlain: Bool)
        /// A list, and where its items lie among the records.
        case list(first: Int32, count: Int32)
        /// A mapping, and where its entries lie among the records: each a key and its value.
        case mapping(first: Int32, count: Int32, isFlow: Bool)
        /// Something that has been reported.
        case unusable
    }

    private let source: SourceID

    /// The values inside others: those of one list or mapping in a row.
    var records: [Record] = []

    /// Bytes among which the texts of all single values are.
    var texts: [UInt8] = []

    init(of source: SourceID) {
        self.source = source
    }

    /// The value that a record stands for.
    func node(_ record: Record) -> Node {
        switch record.content {
        case .scalar:
            return .scalar(scalar(record))
        case .list(let first, let count):
            let items = Node.Items(self, first: Int(first), count: Int(count))
            return .list(Node.List(items: items, span: span(of: record)))
        case .mapping(let first, let count, let isFlow):
            let entries = Node.Entries(self, first: Int(first), count: Int(count))
            return .mapping(
                Node.Mapping(entries: entries, span: span(of: record), isFlow: isFlow)
            )
        case .unusable:
            return .unusable(span(of: record))
        }
    }

    /// The single value that a record stands for.
    func scalar(_ record: Record) -> Node.Scalar {
        let isPlain = if case .scalar(_, _, let isPlain) = record.content { isPlain } else { false }
        return Node.Scalar(text: text(of: record), span: span(of: record), isPlain: isPlain)
    }

    /// Where a value stands.
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
        text.utf8.withContiguousStorageIfAvailable { text in
            records.withUnsafeBufferPointer { records in
                (0..<count).first { isText(text, records[first + 2 * $0]) }
            }
        } ?? nil
    }

    /// Whether two single values have the same text.
    func isSameText(_ record: Record, _ other: Record) -> Bool {
        texts[textRange(of: record)].withUnsafeBufferPointer { isText($0, other) }
    }

    /// Whether a single value has a text.
    @inline(__always)
    private func isText(_ text: UnsafeBufferPointer<UInt8>, _ record: Record) -> Bool {
        guard case .scalar(let first, let count, _) = record.content, Int(count) == text.count
        else { return false }
        return texts.withUnsafeBufferPointer { texts in
            text.indices.allSatisfy { texts[Int(first) + $0] == text[$0] }
        }
    }

    private func textRange(of record: Record) -> Range<Int> {
        guard case .scalar(let first, let count, _) = record.content else { return 0..<0 }
        return Int(first)..<Int(first + count)
    }
}
