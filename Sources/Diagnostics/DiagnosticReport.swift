/// Findings as machines read them: a list of objects with stable keys.
public struct DiagnosticReport: Encodable {
    private let entries: [Entry]

    /// Creates the report of findings about the given texts, in the given order.
    public init(_ findings: [Diagnostic], sources: SourceMap) {
        entries = findings.map { Entry($0, sources: sources) }
    }

    /// Encodes the list.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(entries)
    }
}

extension DiagnosticReport {
    private struct Entry: Encodable {
        let code: String
        let severity: String
        let message: String
        let place: Place
        let help: String?
        let witness: String?
        let related: [Place]

        init(_ finding: Diagnostic, sources: SourceMap) {
            code = finding.code.rawValue
            severity = finding.severity.rawValue
            message = finding.message
            place = Place(finding.primary, sources: sources)
            help = finding.help
            witness = finding.witness
            related = finding.related.map { Place($0, sources: sources) }
        }

        enum CodingKeys: CodingKey {
            case code
            case severity
            case message
            case help
            case witness
            case related
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(code, forKey: .code)
            try container.encode(severity, forKey: .severity)
            try container.encode(message, forKey: .message)
            try place.encode(to: encoder)
            try container.encode(help, forKey: .help)
            try container.encodeIfPresent(witness, forKey: .witness)
            try container.encode(related, forKey: .related)
        }
    }

    private struct Place: Encodable {
        let file: String
        let line: Int32
        let column: Int32
        let endLine: Int32
        let endColumn: Int32
        let label: String

        init(_ label: Diagnostic.Label, sources: SourceMap) {
            file = sources[label.span.source].name
            line = label.span.start.line
            column = label.span.start.column
            endLine = label.span.end.line
            endColumn = label.span.end.column
            self.label = label.text
        }
    }
}
