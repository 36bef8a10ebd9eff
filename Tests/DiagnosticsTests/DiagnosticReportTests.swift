import FoundationEssentials
import Testing

@testable import Diagnostics

@Suite struct DiagnosticReportTests {
    @Test func `a report has every finding with stable keys`() throws {
        var sources = SourceMap()
        let id = sources.add(SourceText(name: "web.yaml", text: "a: 1\nb: 2\n"))
        let place = SourceSpan(
            source: id,
            start: SourcePosition(line: 2, column: 1),
            end: SourcePosition(line: 2, column: 2)
        )
        let findings = [
            Diagnostic(
                .unknownKey,
                "no",
                at: Diagnostic.Label(place, "here"),
                related: [Diagnostic.Label(place, "there")],
                help: "do"
            ),
            Diagnostic(.duplicateValue, severity: .warning, "hm", at: Diagnostic.Label(place)),
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let json = try encoder.encode(DiagnosticReport(findings, sources: sources))
        let where2 = #""column":1,"endColumn":2,"endLine":2,"file":"web.yaml""#
        #expect(
            String(decoding: json, as: UTF8.self) == """
                [{"code":"unknown-key",\(where2),"help":"do","label":"here","line":2,\
                "message":"no","related":[{\(where2),"label":"there","line":2}],\
                "severity":"error"},\
                {"code":"duplicate-value",\(where2),"help":null,"label":"","line":2,\
                "message":"hm","related":[],"severity":"warning"}]
                """
        )
    }
}
