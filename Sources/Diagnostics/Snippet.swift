/// The source lines of one finding that lie in one text, with carets under what is meant.
struct Snippet {
    let gutter: Gutter
    let finding: Diagnostic
    let color: Bool

    /// Renders the lines in the order of the text; lines in between are left out.
    func text(of labels: [Diagnostic.Label], in lines: inout SourceLines) -> String {
        var result = ""
        var previous: (number: Int32, text: String)?
        for label in labels.sorted(by: { $0.span.start < $1.span.start }) {
            guard let shown = snippetLine(of: label.span, in: &lines) else { continue }
            let number = label.span.start.line
            if let previous, previous.number + 1 < number { result += "...\n" }
            if previous == nil { result += gutter.blank + "\n" }
            if previous?.number != number || previous?.text != shown.text {
                result += join(gutter.line(number), shown.text)
            }
            result += join(gutter.blank, carets(of: label, under: shown))
            previous = (number, shown.text)
        }
        return result
    }

    private func snippetLine(of span: SourceSpan, in lines: inout SourceLines) -> SnippetLine? {
        let number = Int(span.start.line)
        guard let line = lines.line(number),
            let start = lines.index(line: number, column: Int(span.start.column))
        else { return nil }
        // Of a span over several lines, the first is marked, to its end.
        let isOneLine = span.end.line == span.start.line
        let length = isOneLine ? Int(span.end.column - span.start.column) : 1000
        let end = line.index(start, offsetBy: max(0, min(length, 1000)), limitedBy: line.endIndex)
        return SnippetLine(line, marked: start..<(end ?? line.endIndex))
    }

    private func carets(of label: Diagnostic.Label, under line: SnippetLine) -> String {
        let isPrimary = label == finding.primary
        let carets = String(repeating: isPrimary ? "^" : "-", count: line.caretCount)
        let text = label.text.isEmpty ? "" : " " + label.text.escaped
        let style = isPrimary ? finding.severity.style : .gutter
        return String(repeating: " ", count: line.indentation)
            + style.paint(carets + text, if: color)
    }

    private func join(_ gutter: String, _ text: String) -> String {
        text.isEmpty ? gutter + "\n" : "\(gutter) \(text)\n"
    }
}
