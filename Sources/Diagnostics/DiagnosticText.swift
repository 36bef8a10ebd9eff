/// Findings as people read them: what is wrong, the line with it, and what to do.
public struct DiagnosticText {
    private let sources: SourceMap
    private let color: Bool

    /// Creates a renderer for findings about the given texts.
    public init(sources: SourceMap, color: Bool) {
        self.sources = sources
        self.color = color
    }

    /// Renders findings in the given order, and a last line that counts them.
    public func render(_ findings: [Diagnostic]) -> String {
        guard !findings.isEmpty else { return "" }
        var lines: [SourceID: SourceLines] = [:]
        var result = ""
        for finding in findings {
            result += head(of: finding)
            result += snippets(of: finding, lines: &lines)
            result += "\n"
        }
        return result + DiagnosticSummary(findings, sources: sources).text.escaped + "\n"
    }

    private func head(of finding: Diagnostic) -> String {
        let kind = "\(finding.severity.rawValue)[\(finding.code.rawValue)]"
        return finding.severity.style.paint(kind, if: color)
            + TextStyle.emphasis.paint(": \(finding.message.escaped)", if: color) + "\n"
    }

    private func snippets(of finding: Diagnostic, lines: inout [SourceID: SourceLines]) -> String {
        let labels = [finding.primary] + finding.related
        let gutter = Gutter(highest: labels.map(\.span.start.line).max() ?? 1, color: color)
        var result = ""
        for source in order(of: labels) {
            let here = labels.filter { $0.span.source == source }
            let arrow = source == finding.primary.span.source ? "-->" : ":::"
            result += gutter.arrow(arrow) + sources.place(of: here[0].span).escaped + "\n"
            var known = lines[source] ?? SourceLines(sources[source].text)
            result += Snippet(gutter: gutter, finding: finding, color: color)
                .text(of: here, in: &known)
            lines[source] = known
        }
        if let help = finding.help { result += gutter.note("help", help) }
        if let command = finding.explanation(in: sources) { result += gutter.note("see", command) }
        return result
    }

    /// The texts that labels lie in, that of the primary label first.
    private func order(of labels: [Diagnostic.Label]) -> [SourceID] {
        labels.map(\.span.source).reduce(into: []) { known, source in
            if !known.contains(source) { known.append(source) }
        }
    }
}
