/// A place in a text: a line and a column, both counted from 1.
///
/// Columns count Unicode scalars, as libyaml's marks do.
public struct SourcePosition: Sendable, Hashable, Comparable {
    /// The line, from 1.
    public let line: Int32

    /// The column, from 1.
    public let column: Int32

    /// Creates a position from a line and a column, both counted from 1.
    ///
    /// Inlinable, because a large text has millions of positions.
    @inlinable
    public init(line: Int, column: Int) {
        self.line = Int32(clamping: line)
        self.column = Int32(clamping: column)
    }

    /// Orders by line, then by column.
    public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A stretch of one text; the end is the position after its last character.
public struct SourceSpan: Sendable, Hashable {
    /// The text that the span lies in.
    public let source: SourceID

    /// The position of the first character.
    public let start: SourcePosition

    /// The position after the last character.
    public let end: SourcePosition

    /// Creates an empty span at a position.
    public init(at position: SourcePosition, in source: SourceID) {
        self.init(source: source, start: position, end: position)
    }

    /// Creates a span between two positions.
    public init(source: SourceID, start: SourcePosition, end: SourcePosition) {
        self.source = source
        self.start = start
        self.end = end
    }
}

extension SourceSpan: Comparable {
    /// Orders by text, then by the first character, then by the last.
    public static func < (left: SourceSpan, right: SourceSpan) -> Bool {
        (left.source.index, left.start, left.end) < (right.source.index, right.start, right.end)
    }
}
