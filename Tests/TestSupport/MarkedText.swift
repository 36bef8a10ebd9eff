/// A text in which places are marked: `- 1️⃣prot2️⃣: tcp`.
public struct MarkedText {
    /// A line and a column, both counted from 1; columns count Unicode scalars.
    public struct Place: Hashable, Sendable {
        /// The line.
        public let line: Int
        /// The column.
        public let column: Int

        /// Creates a place.
        public init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    /// The text without the marks.
    public let text: String

    /// The places by the digit of their mark.
    public let places: [Int: Place]

    /// Takes the marks out of a text.
    public init(_ marked: String) {
        var text = String.UnicodeScalarView()
        var places: [Int: Place] = [:]
        var (line, column) = (1, 1)
        let scalars = Array(marked.unicodeScalars)
        var index = 0
        while index < scalars.count {
            if let digit = Self.mark(at: index, in: scalars) {
                places[digit] = Place(line: line, column: column)
                index += 3
                continue
            }
            text.append(scalars[index])
            (line, column) = scalars[index] == "\n" ? (line + 1, 1) : (line, column + 1)
            index += 1
        }
        self.text = String(text)
        self.places = places
    }

    /// A mark is a digit, a variation selector and an enclosing keycap.
    private static func mark(at index: Int, in scalars: [Unicode.Scalar]) -> Int? {
        guard index + 2 < scalars.count, scalars[index + 1] == "\u{FE0F}",
            scalars[index + 2] == "\u{20E3}"
        else { return nil }
        return Int(String(scalars[index]))
    }
}
