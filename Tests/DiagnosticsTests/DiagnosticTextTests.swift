import Testing

@testable import Diagnostics

@Suite struct DiagnosticTextTests {
    @Test func `a finding shows its line, and carets under what is meant`() {
        let text = rendered("to: {prot: 80}", 1, 6..<10, "expected `port`", help: "write `port`")
        #expect(
            text == """
                error[unknown-key]: wrong
                  --> web.yaml:1:6
                   |
                 1 | to: {prot: 80}
                   |      ^^^^ expected `port`
                   = help: write `port`

                web.yaml: 1 error

                """
        )
    }

    @Test func `a place of no width still gets a caret, also after the line`() {
        #expect(carets(of: "abc", 2..<2) == [" 1 | abc", "   |  ^"])
        #expect(carets(of: "abc", 4..<4) == [" 1 | abc", "   |    ^"])
        #expect(carets(of: "abc", 9..<12) == [" 1 | abc", "   |    ^"])
    }

    @Test func `tabs are expanded, and carets line up`() {
        #expect(carets(of: "\ta: \tb", 6..<7) == [" 1 |     a:  b", "   |         ^"])
        #expect(carets(of: "\ta", 1..<2) == [" 1 |     a", "   | ^^^^"])
    }

    @Test func `wide and combining characters take the columns that they take`() {
        #expect(carets(of: "日本: x", 5..<6) == [" 1 | 日本: x", "   |       ^"])
        #expect(carets(of: "日本: x", 1..<3) == [" 1 | 日本: x", "   | ^^^^"])
        #expect(carets(of: "e\u{301}: x", 5..<6) == [" 1 | e\u{301}: x", "   |    ^"])
    }

    @Test func `a long line is shown around what is meant`() {
        let line = String(repeating: "a", count: 500) + "HERE" + String(repeating: "b", count: 500)
        let lines = carets(of: line, 501..<505)
        let before = String(repeating: "a", count: 40)
        let after = String(repeating: "b", count: 56)
        #expect(
            lines == [
                " 1 | …\(before)HERE\(after)…", "   | \(String(repeating: " ", count: 41))^^^^",
            ]
        )
        #expect(carets(of: line, 1..<1005)[1].filter { $0 == "^" }.count == 100)
    }

    @Test func `of several lines the first is marked`() {
        let text = rendered("a: {b,\n  c}", 1, 4..<4, "", endLine: 2, endColumn: 5)
        #expect(text.contains(" 1 | a: {b,\n   |    ^^^\n\n"))
    }

    @Test func `nothing that a terminal acts on is printed`() {
        let text = rendered(
            "a\u{1B}[31mb\u{7}\u{202E}",
            1,
            1..<2,
            "bad \u{1B}[0m",
            help: "\u{9B}1m"
        )
        #expect(text.unicodeScalars.allSatisfy { $0.isPrintable || $0 == "\n" })
        #expect(text.contains(" 1 | a\u{FFFD}[31mb\u{FFFD}\u{FFFD}\n"))
        #expect(text.contains("bad \\u{1b}[0m"))
    }

    @Test func `two places in one text are shown in its order`() {
        var sources = SourceMap()
        let id = sources.add(SourceText(name: "web.yaml", text: "one\ntwo\nthree\nfour\n"))
        let finding = Diagnostic(
            .duplicateName,
            "twice",
            at: label(id, 4, 1..<5, "again"),
            related: [label(id, 1, 1..<4, "first")]
        )
        #expect(
            DiagnosticText(sources: sources, color: false).render([finding]) == """
                error[duplicate-name]: twice
                  --> web.yaml:4:1
                   |
                 1 | one
                   | --- first
                ...
                 4 | four
                   | ^^^^ again

                web.yaml: 1 error

                """
        )
    }

    @Test func `places in two texts are shown below each other`() {
        var sources = SourceMap()
        let web = sources.add(SourceText(name: "web.yaml", text: "name: web\n"))
        let dns = sources.add(SourceText(name: "dns.yaml", text: "\n\nname: web\n"))
        let finding = Diagnostic(
            .duplicateName,
            "twice",
            at: label(dns, 3, 7..<10, "again"),
            related: [label(web, 1, 7..<10, "first")],
            help: "rename one\nor the other"
        )
        let warning = Diagnostic(.duplicateValue, severity: .warning, "x", at: label(web, 1, 1..<5))
        #expect(
            DiagnosticText(sources: sources, color: false).render([finding, warning]) == """
                error[duplicate-name]: twice
                  --> dns.yaml:3:7
                   |
                 3 | name: web
                   |       ^^^ again
                  ::: web.yaml:1:7
                   |
                 1 | name: web
                   |       --- first
                   = help: rename one
                           or the other

                warning[duplicate-value]: x
                  --> web.yaml:1:1
                   |
                 1 | name: web
                   | ^^^^

                1 error, 1 warning in 2 files

                """
        )
    }

    @Test func `a text that was not read is named only`() {
        #expect(
            rendered("", 1, 1..<1, "") == """
                error[unknown-key]: wrong
                  --> web.yaml:1:1

                web.yaml: 1 error

                """
        )
    }

    @Test func `colour is added and nothing else`() {
        let plain = rendered("to: x", 1, 5..<6, "here", help: "that")
        let colored = rendered("to: x", 1, 5..<6, "here", help: "that", color: true)
        #expect(colored.contains("\u{1B}[1;31merror[unknown-key]\u{1B}[0m"))
        #expect(colored.contains("\u{1B}[1;31m^ here\u{1B}[0m"))
        #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    }

    @Test func `no findings, no text`() {
        #expect(DiagnosticText(sources: SourceMap(), color: true).render([]).isEmpty)
    }

    // MARK: - Helpers

    private func label(
        _ source: SourceID,
        _ line: Int,
        _ columns: Range<Int>,
        _ text: String = ""
    ) -> Diagnostic.Label {
        Diagnostic.Label(
            SourceSpan(
                source: source,
                start: SourcePosition(line: line, column: columns.lowerBound),
                end: SourcePosition(line: line, column: columns.upperBound)
            ),
            text
        )
    }

    private func rendered(
        _ text: String,
        _ line: Int,
        _ columns: Range<Int>,
        _ labelText: String,
        help: String? = nil,
        endLine: Int? = nil,
        endColumn: Int? = nil,
        color: Bool = false
    ) -> String {
        var sources = SourceMap()
        let id = sources.add(SourceText(name: "web.yaml", text: text))
        let span = SourceSpan(
            source: id,
            start: SourcePosition(line: line, column: columns.lowerBound),
            end: SourcePosition(line: endLine ?? line, column: endColumn ?? columns.upperBound)
        )
        let finding = Diagnostic(
            .unknownKey,
            "wrong",
            at: Diagnostic.Label(span, labelText),
            help: help
        )
        return DiagnosticText(sources: sources, color: color).render([finding])
    }

    /// The source line and the line of carets.
    private func carets(of line: String, _ columns: Range<Int>) -> [String] {
        rendered(line, 1, columns, "").split(separator: "\n").dropFirst(3).prefix(2)
            .map(String.init)
    }
}
