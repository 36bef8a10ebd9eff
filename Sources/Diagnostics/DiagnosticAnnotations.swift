/// Findings as workflow commands of GitHub Actions, which it shows beside the lines of a change.
///
/// The form is that of "Workflow commands for GitHub Actions": `::error file=…,line=…::message`.
public struct DiagnosticAnnotations {
    private let sources: SourceMap

    /// Creates a renderer for findings about the given texts.
    public init(sources: SourceMap) {
        self.sources = sources
    }

    /// Renders findings in the given order, one line each.
    public func render(_ findings: [Diagnostic]) -> String {
        findings.map { line(for: $0) + "\n" }.joined()
    }

    /// Renders why a file could not be read, for which there is no finding.
    public static func failure(_ reason: String, of file: String) -> String {
        "::error file=\(escaped(file, isProperty: true))::\(escaped(reason, isProperty: false))\n"
    }

    private func line(for finding: Diagnostic) -> String {
        let span = finding.primary.span
        let properties = [
            ("file", sources[span.source].name), ("line", "\(span.start.line)"),
            ("endLine", "\(span.end.line)"), ("col", "\(span.start.column)"),
            ("endColumn", "\(max(span.end.column - 1, span.start.column))"),
            ("title", finding.code.rawValue),
        ]
        let related = finding.related.map { label in
            let place = "\(sources[label.span.source].name):\(label.span.start.line)"
            return label.text.isEmpty ? "see \(place)" : "\(place): \(label.text)"
        }
        let own = finding.primary.text.isEmpty ? [] : [finding.primary.text]
        let help = [finding.help, finding.explanation(in: sources)].compactMap(\.self)
        let message = ([finding.message] + own + related + help).joined(separator: "\n")
        return "::\(finding.severity.rawValue) "
            + properties.map { "\($0)=\(Self.escaped($1, isProperty: true))" }
            .joined(separator: ",")
            + "::" + Self.escaped(message, isProperty: false)
    }

    /// What would end a value, a property or the line is written as its number.
    private static func escaped(_ text: String, isProperty: Bool) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "%": "%25"
            case "\r": "%0D"
            case "\n": "%0A"
            case ":" where isProperty: "%3A"
            case "," where isProperty: "%2C"
            default: scalar.isPrintable ? String(scalar) : "\u{FFFD}"
            }
        }.joined()
    }
}

extension Diagnostic {
    /// The command that shows what the finding says, for a policy in a file.
    func explanation(in sources: SourceMap) -> String? {
        guard let witness, let policy = sources.sources.first?.name, !policy.hasPrefix("<") else {
            return nil
        }
        let words = witness.split(separator: " ").map { String($0).quotedForShell }
        return "`redirctl explain \(policy.pathForShell) \(words.joined(separator: " "))`"
    }
}
