import Diagnostics

/// Mistakes that libyaml's message would hide: a merge conflict, a template, a missing space.
extension Diagnostic {
    /// The finding for a mistake that the lines around a syntax error show.
    ///
    /// `isKey` says whether a word before a colon must be a key.
    static func clue(
        in lines: SourceLines,
        to problem: YAMLProblem,
        isKey: (String) -> Bool
    ) -> Diagnostic? {
        let (source, number) = (problem.position.source, Int(problem.position.start.line))
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
        // Without a space, a line is a value that goes on to the colon of the next line.
        let joinsLines = [
            "mapping values are not allowed in this context", "could not find expected ':'",
        ].contains(problem.problem)
        let numbers = joinsLines ? [number - 1, number] : [number]
        return missingSpace(in: lines, numbers, source, isKey: isKey)
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

    /// The finding for the first colon of a key without a space after it.
    private static func missingSpace(
        in lines: SourceLines,
        _ numbers: [Int],
        _ source: SourceID,
        isKey: (String) -> Bool
    ) -> Diagnostic? {
        for number in numbers {
            guard let line = lines.line(number) else { continue }
            let key = line.drop { $0 == " " || $0 == "-" }.prefix { $0.properties.isAlphabetic }
            let rest = line[key.endIndex...]
            guard isKey(String(key)), rest.first == ":", let next = rest.dropFirst().first,
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
