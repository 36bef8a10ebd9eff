import Diagnostics

/// What a text shows that is not YAML, where libyaml's own message would lead astray.
extension Diagnostic {
    /// The finding for a mistake that the lines around a syntax error show.
    static func clue(in lines: SourceLines, at position: SourceSpan) -> Diagnostic? {
        let (source, number) = (position.source, Int(position.start.line))
        if let conflict = conflict(in: lines, source) { return conflict }
        guard let line = lines.line(number) else { return nil }
        if TemplateText.isMarked(String(line)) {
            return Diagnostic(
                .yamlSyntax,
                "a template was not expanded",
                at: Label(span(of: line, number, source), "this line is not YAML"),
                help: TemplateText.help
            )
        }
        return missingSpace(in: lines, upTo: number, source)
    }

    /// The finding for the first mark of an unresolved merge.
    private static func conflict(in lines: SourceLines, _ source: SourceID) -> Diagnostic? {
        var number = 1
        while let line = lines.line(number) {
            if line.starts(with: "<<<<<<< ".unicodeScalars) {
                return Diagnostic(
                    .yamlSyntax,
                    "a merge conflict is not resolved",
                    at: Label(span(of: line, number, source), "one side begins here"),
                    help: "keep what is right of both sides, and remove the lines that begin with "
                        + "`<<<<<<<`, `=======` and `>>>>>>>`"
                )
            }
            number += 1
        }
        return nil
    }

    /// The finding for a colon without a space after it, on the line before an error or on its own.
    private static func missingSpace(
        in lines: SourceLines,
        upTo number: Int,
        _ source: SourceID
    ) -> Diagnostic? {
        for number in [number - 1, number] {
            guard let line = lines.line(number) else { continue }
            let key = line.drop { $0 == " " || $0 == "-" }.prefix { $0.properties.isAlphabetic }
            let rest = line[key.endIndex...]
            guard !key.isEmpty, rest.first == ":", let next = rest.dropFirst().first,
                next.properties.isAlphabetic || next.properties.numericType != nil
            else { continue }
            let column = line.distance(from: line.startIndex, to: key.endIndex) + 1
            let start = SourcePosition(line: number, column: column)
            return Diagnostic(
                .yamlSyntax,
                "a colon without a space after it",
                at: Label(
                    SourceSpan(
                        source: source,
                        start: start,
                        end: SourcePosition(line: number, column: column + 1)
                    ),
                    "this colon ends no key"
                ),
                help: "write `\(String(key)): \(String(rest.dropFirst().prefix(40)).escaped)`"
            )
        }
        return nil
    }

    private static func span(
        of line: Substring.UnicodeScalarView,
        _ number: Int,
        _ source: SourceID
    ) -> SourceSpan {
        SourceSpan(
            source: source,
            start: SourcePosition(line: number, column: 1),
            end: SourcePosition(line: number, column: line.count + 1)
        )
    }
}
