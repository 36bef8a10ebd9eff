public import Diagnostics

extension Node {
    /// A single value: its text, not the type that YAML would give it.
    public struct Scalar: Sendable {
        /// The text, without quotes and escapes.
        public let text: String

        /// The span, with the quotes.
        public let span: SourceSpan

        /// Whether it is written without quotes and not as a block.
        public let isPlain: Bool

        /// Creates a value.
        public init(text: String, span: SourceSpan, isPlain: Bool = true) {
            self.text = text
            self.span = span
            self.isPlain = isPlain
        }

        /// Whether it stands for "no value": an empty plain scalar, `~` or `null`.
        public var isNull: Bool {
            guard isPlain else { return false }
            return switch text.utf8.count {
            case 0: true
            case 1: text == "~"
            case 4: text == "null"
            default: false
            }
        }

        /// The words of the text, separated by white space.
        public var words: [Scalar] {
            text.unicodeScalars.split { $0 == " " || $0 == "\t" || $0 == "\n" }
                .map { part(Substring($0)) }
        }

        /// A part of the text, with its own span.
        public func part(_ part: Substring) -> Scalar {
            let count = text[..<part.startIndex].unicodeScalars.count
            let span = span(after: count, length: part.unicodeScalars.count)
            return Scalar(text: String(part), span: span)
        }

        /// The span of a part, or of the whole value if the text has escapes or several lines: then
        /// its characters cannot be counted in the file.
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
}
