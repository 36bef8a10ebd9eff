/// The last line under a list of findings: `web.yaml: 2 errors, 1 warning`.
struct DiagnosticSummary {
    let text: String

    init(_ findings: [Diagnostic], sources: SourceMap) {
        let files = Set(findings.map(\.primary.span.source))
        let counts = [Diagnostic.Severity.error, .warning].compactMap { severity in
            Self.count(findings.count { $0.severity == severity }, of: severity)
        }
        let total = counts.joined(separator: ", ")
        if files.count == 1, let file = files.first {
            text = "\(sources[file].name): \(total)"
        } else {
            text = "\(total) in \(files.count) files"
        }
    }

    private static func count(_ number: Int, of severity: Diagnostic.Severity) -> String? {
        switch number {
        case 0: nil
        case 1: "1 \(severity.rawValue)"
        default: "\(number) \(severity.rawValue)s"
        }
    }
}
