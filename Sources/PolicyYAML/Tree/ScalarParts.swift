import Diagnostics

/// Values that are made of several parts, each with its own place.
extension Node.Scalar {
    /// The words of the text, between white space.
    var words: [Node.Scalar] {
        text.unicodeScalars.split { $0 == " " || $0 == "\t" || $0 == "\n" }
            .map { part(Substring($0)) }
    }

    /// A part of the text, with its own place.
    func part(_ part: Substring) -> Node.Scalar {
        let count = text[..<part.startIndex].unicodeScalars.count
        let span = span(after: count, length: part.unicodeScalars.count)
        return Node.Scalar(text: String(part), span: span, isPlain: true)
    }

    /// The place of a part, or of the whole value where the text is not written as it reads:
    /// with escapes, or on several lines.
    private func span(after count: Int, length: Int) -> SourceSpan {
        let columns = Int(span.end.column) - Int(span.start.column)
        let quote = isPlain ? 0 : 1
        guard span.start.line == span.end.line,
            columns == text.unicodeScalars.count + 2 * quote
        else { return span }
        let (line, first) = (Int(span.start.line), Int(span.start.column) + quote + count)
        return SourceSpan(
            source: span.source,
            start: SourcePosition(line: line, column: first),
            end: SourcePosition(line: line, column: first + length)
        )
    }
}
