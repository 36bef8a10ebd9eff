/// The part of a source line that is shown, and where carets stand below it.
struct SnippetLine {
    /// The text as it is printed: tabs expanded, nothing in it that a terminal acts on.
    let text: String

    /// The number of columns before the first caret.
    let indentation: Int

    /// The number of carets; at least one.
    let caretCount: Int

    /// Shows as much of a line around a marked part as fits a terminal.
    init(_ line: Substring.UnicodeScalarView, marked: Range<String.Index>) {
        let shown = Self.window(of: line, around: marked)
        var printed = shown.lowerBound > line.startIndex ? "…" : ""
        var width = printed.isEmpty ? 0 : 1
        var indentation: Int?
        var end: Int?
        for index in line[shown].indices {
            if index >= marked.lowerBound, indentation == nil { indentation = width }
            if index >= marked.upperBound, end == nil { end = width }
            width += Self.append(line[index], to: &printed, at: width)
        }
        let start = indentation ?? width
        self.text = shown.upperBound < line.endIndex ? printed + "…" : printed
        self.indentation = start
        self.caretCount = max(1, (end ?? width) - start)
    }

    /// Lines up to this many bytes are shown whole.
    private static let wholeLine = 160

    private static func window(
        of line: Substring.UnicodeScalarView,
        around marked: Range<String.Index>
    ) -> Range<String.Index> {
        let bytes = Substring(line).utf8.count
        guard bytes > wholeLine else { return line.startIndex..<line.endIndex }
        let start =
            line.index(marked.lowerBound, offsetBy: -40, limitedBy: line.startIndex)
            ?? line.startIndex
        let end = line.index(start, offsetBy: 100, limitedBy: line.endIndex) ?? line.endIndex
        return start..<end
    }

    /// Appends what stands for a character and returns its width.
    private static func append(
        _ scalar: Unicode.Scalar,
        to printed: inout String,
        at column: Int
    ) -> Int {
        switch scalar {
        case "\t":
            let width = 4 - column % 4
            printed += String(repeating: " ", count: width)
            return width
        case _ where scalar.isPrintable:
            printed.unicodeScalars.append(scalar)
            return scalar.displayWidth
        default:
            printed += "\u{FFFD}"
            return 1
        }
    }
}
