import Diagnostics
import TestSupport
import Testing

@testable import PolicyYAML

/// What is read without libyaml is read as libyaml reads it.
@Suite struct PlainReaderTests {
    @Test(arguments: ExamplePolicies.names)
    func `every example has plain forms only`(name: String) throws {
        #expect(try isReadAlike(ExamplePolicies.text(of: name)) == true)
    }

    @Test(arguments: [
        "a: b", "a: b\n", "a:    b   # c\n# d\n\n", "# é\n\na: b", "a: -1", "a: 2001::1",
        "a: b:c::d",
        "a: é", "a: [é, \"ü\", b]", "a: \"\"", "a: ''", "a: \"b: c # d\"", "a: b c, d [e] {f} g's",
        "a: []", "a: {}", "a: [ ]", "a: [[b], {c: [d, {}]}]", "a: [ # b\n  c,\n  d # e\n  ]\n",
        "a:\n  b: c\n  d:\n    e: f\ng: h", "a:\n- b\n- c\nd: e", "a:\n  - b\n  - c: d\n    e: f\n",
        "a:\n  -   b: c\n      d: e\n  -\n    f: g\n", "a:\n-\n  - b\n  -\n      c: d\ne: f",
        "a: ~\nb: null\nc: 0x10/0xff", "a: [b\n  , c\n  ]", "80: 90",
    ])
    func `plain forms are known`(text: String) {
        #expect(isReadAlike(text) == true)
    }

    @Test(arguments: [
        "", "\n", "# a\n", "a", "- a", "[a]", "{a: b}", " a: b", "a:", "a:b", "a : b", "a: b: c",
        "a: b:", "a:\n  b\n", "a: b\n  c", "a: b\n c: d", "a:\n  b: c\n d: e", "a: |\n  b", "a: >",
        "a: &b c", "a: *b", "a: !b c", "a: \"b\" c", "a: \"\\n\"", "a: 'b''c'", "a: 'b\n  c'",
        "a: \"b", "a: [b", "a: [b,]", "a: [b]]", "a: [b] c", "a: [b: c]", "a: [\nb]", "a: {b}",
        "a: {b: c,}", "a: {b: }", "a: {b:c}", "a: {b: c}d", "a: [b]#c", "\"a\": b", "? a", "<<: a",
        "---\na: b", "a: b\n...", "%YAML 1.1\n---\na: b", "a:\tb", "a: b\t", "a: b\r\n", "# a\r\n",
        "a: b\na: c", "a: {b: c, b: d}", "a:\n  - b\n  c: d", "a:\n- b\n  - c", "a: - b", "a: ?b",
        "a:\n- - b", "a: #b", "a: b\n- c", "a: @b", "a: `b`", "a: %b", "a: ,b", "a: ::1",
    ])
    func `whatever else there is, is left to libyaml`(text: String) {
        #expect(isReadAlike(text) == nil)
    }

    @Test func `what is too deep or too much is left to libyaml`() {
        let text = "a: [[b], [c]]"
        #expect(isReadAlike(text, Limits(depth: 3, values: 15)) == true)
        #expect(isReadAlike(text, Limits(depth: 2, values: 15)) == nil)
        #expect(isReadAlike(text, Limits(depth: 3, values: 14)) == nil)
        #expect(
            findings(in: text, limits: Limits(values: 15)).allSatisfy { $0.code != .fileTooLarge }
        )
        #expect(findings(in: text, limits: Limits(values: 14)).map(\.code) == [.fileTooLarge])
    }

    @Test(arguments: UInt64(1)...16)
    func `random texts are read alike`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var count = 0
        for _ in 0..<4000 {
            let pieces = (0..<Int.random(in: 1...12, using: &generator))
                .map { _ in Self.pieces.randomElement(using: &generator) ?? "" }
            if let isAlike = isReadAlike("a: \(pieces.joined())") {
                count += 1
                #expect(isAlike)
            }
        }
        #expect(count > 40)
    }

    @Test(arguments: UInt64(1)...8)
    func `random policies are read alike`(seed: UInt64) {
        var random = RandomPolicyText(seed: seed)
        for _ in 0..<100 {
            #expect(isReadAlike("version: 1\npolicy: \(random.policy())") != false)
        }
    }

    /// What texts are made of.
    private static let pieces = [
        "b", "c d", "key", "10.0.0.0/8", "::1", "\"x\"", "'y'", "é", "~", "-1", ": ", ":", ":\n",
        "\n", "\n  ", "\n    ", "\n- ", "\n  - ", "- ", "-", " ", "{", "}", "[", "]", ", ", ",",
        ",\n  ", "#", " # c", " # c\n", "\"", "'", "\\", "?", "|", "&", "*", "!", "%", "---", "\t",
        "\ne: ", "\n  f: ", "\n    g: h", "\nh:\n", "\n  - i: j\n    k: l", "{m: n}", "[o, p]",
        "{q: r, s: [t]}",
    ]

    /// Whether a text is read alike with and without libyaml; nothing for one that is left to it.
    private func isReadAlike(_ text: String, _ limits: Limits = Limits()) -> Bool? {
        var texts = PolicyTexts(limits: limits, checksPermissions: false)
        var bag = DiagnosticBag()
        guard let added = texts.add(Array(text.utf8), named: "web.yaml", bag: &bag),
            let plain = texts.plainTree(of: added)
        else { return nil }
        let other = texts.anyTree(of: added, bag: &bag)
        let isAlike = bag.sorted.isEmpty && other.map { self.text(of: $0) } == self.text(of: plain)
        if !isAlike { Issue.record("read differently: \(text.debugDescription)") }
        return isAlike
    }

    /// All that there is to a value, with all places.
    private func text(of node: Node) -> String {
        let inside =
            switch node {
            case .scalar(let scalar): "\(scalar.isPlain) \(scalar.text.debugDescription)"
            case .list(let list): list.items.map { text(of: $0) }.joined(separator: ", ")
            case .mapping(let mapping):
                "\(mapping.isFlow) "
                    + mapping.entries.map { text(of: .scalar($0.key)) + text(of: $0.value) }
                    .joined(separator: ", ")
            case .unusable: "unusable"
            }
        let (start, end) = (node.span.start, node.span.end)
        return "(\(start.line):\(start.column)-\(end.line):\(end.column) \(inside))"
    }
}
