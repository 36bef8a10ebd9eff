import Testing

@testable import Diagnostics

@Suite struct DiagnosticBagTests {
    private let source: SourceID

    init() {
        var sources = SourceMap()
        source = sources.add(SourceText(name: "web.yaml", text: ""))
    }

    private func finding(_ line: Int, _ severity: Diagnostic.Severity = .error) -> Diagnostic {
        let place = SourcePosition(line: line, column: 1)
        let span = SourceSpan(source: source, start: place, end: place)
        return Diagnostic(.unknownKey, severity: severity, "x", at: Diagnostic.Label(span))
    }

    @Test func `findings are sorted by place, each once`() {
        var bag = DiagnosticBag()
        for line in [3, 1, 2, 1] { bag.report(finding(line)) }
        #expect(bag.sorted.map(\.primary.span.start.line) == [1, 2, 3])
    }

    @Test func `only errors are errors`() {
        var bag = DiagnosticBag()
        bag.report(finding(1, .warning))
        #expect(!bag.hasErrors)
        bag.report(finding(2))
        #expect(bag.hasErrors)
    }

    @Test func `what does not fit is announced, and its errors count`() {
        var bag = DiagnosticBag(limit: 2)
        for line in 1...2 { bag.report(finding(line, .warning)) }
        #expect(bag.sorted.count == 2)
        bag.report(finding(3, .warning))
        #expect(bag.sorted.last?.code == .tooManyFindings)
        #expect(bag.sorted.last?.severity == .warning)
        bag.report(finding(4))
        #expect(bag.hasErrors)
        #expect(bag.sorted.last?.severity == .error)
        #expect(bag.sorted.count == 3)
    }
}
