import Diagnostics
import TestSupport
import Testing

@Suite struct SyntaxTests {
    /// A mistake, with the place where it is found and what is said of it.
    struct Mistake: Sendable {
        let text: String
        let message: String

        init(_ text: String, _ message: String) {
            self.text = text
            self.message = message
        }
    }

    static let mistakes = [
        Mistake("version: 1️⃣@1\n", "a value cannot begin with `@`"),
        Mistake("version: 1️⃣`1`\n", "a value cannot begin with ```"),
        Mistake("version: 1\n1️⃣\tsettings: {}\n", "a tab where YAML wants spaces"),
        Mistake("address: fd00:1️⃣:\n", "a key cannot stand here"),
        Mistake("to: {address: fd00:1️⃣:}\n", "a value with colons must be in quotes here"),
        Mistake("address: [1️⃣::1]\n", "a value with colons must be in quotes here"),
        Mistake("redirects: 1️⃣- name: web\n", "a list entry cannot stand here"),
        Mistake("a:\n  b: 1\n 1️⃣c: 2\n", "this line does not fit the mapping around it"),
        Mistake("- a\n1️⃣b: 1\n", "this line does not fit the list around it"),
        Mistake("to: {port: 80\nenabled1️⃣: true\n", "a mapping in braces is not closed"),
        Mistake("to: [80, 90\n1️⃣", "a list in brackets is not closed"),
        Mistake("to: [80, 901️⃣", "a list in brackets is not closed"),
        Mistake("to: [80]1️⃣]\n", "this line does not fit the mapping around it"),
        Mistake("expect: [fd00::1]1️⃣:80\n", "a value with brackets must be in quotes here"),
        Mistake(
            "{connection: tcp 1️⃣[fd00::1]:80}\n",
            "a value with brackets must be in quotes here"
        ),
        Mistake("to: [1️⃣, 80]\n", "a value is missing"),
        Mistake("name: 1️⃣\"web\n", "a quote is opened and never closed"),
        Mistake("name: \"a1️⃣\\dq\"\n", "an unknown escape in double quotes"),
        Mistake("port: *1️⃣\n", "`*` and `&` have a meaning of their own in YAML"),
        Mistake("version: 1\n1️⃣redirects\n", "a key without a colon"),
        Mistake("1️⃣%YAML 3.0\n---\nversion: 1\n", "an unknown version of YAML"),
        Mistake("version: 1️⃣!x!y 1\n", "tags are not supported"),
        Mistake("a: 1\n1️⃣<<<<<<< HEAD\nb: 2\n=======\n", "a merge conflict is not resolved"),
        Mistake("version1️⃣:1\nredirects: []\n", "a colon without a space after it"),
        Mistake("redirects:\n  - name1️⃣:web\n    to: {}\n", "a colon without a space after it"),
        Mistake(
            "expect:\n  - local:8080\n 1️⃣- unchanged\n",
            "this line does not fit the mapping around it"
        ),
        Mistake("expect:\n  - local:8080\n    by1️⃣: web\n", "a key cannot stand here"),
        Mistake("- web:in\n  to1️⃣: {}\n", "a key cannot stand here"),
        Mistake("- name:web\n1️⃣to: {}\n", "this line does not fit the list around it"),
        Mistake("a: [80, !901️⃣]\n", "`!` has a meaning of its own in YAML"),
        Mistake("port: >11️⃣024\n", "`|` and `>` begin a text of several lines"),
    ]

    @Test(arguments: mistakes)
    func `a mistake in YAML is explained at its place`(mistake: Mistake) throws {
        let marked = MarkedText(mistake.text)
        let all = findings(in: marked.text)
        let finding = try #require(all.first)
        #expect(all.count == 1)
        #expect(finding.message == mistake.message)
        let start = finding.primary.span.start
        let place = MarkedText.Place(line: Int(start.line), column: Int(start.column))
        #expect(place == marked.places[1])
    }
}
