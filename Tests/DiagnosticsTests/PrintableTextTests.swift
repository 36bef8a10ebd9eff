import Testing

@testable import Diagnostics

@Suite struct PrintableTextTests {
    @Test(
        arguments: [
            "\0", "\t", "\n", "\u{1B}", "\u{7F}", "\u{85}", "\u{9B}", "\u{200B}", "\u{202E}",
            "\u{2028}", "\u{2066}", "\u{FEFF}", "\u{FFFE}", "\u{1FFFF}", "\u{E0041}",
        ] as [Unicode.Scalar]
    )
    func `what a terminal acts on is not printable`(scalar: Unicode.Scalar) {
        #expect(!scalar.isPrintable)
    }

    @Test(
        arguments: [" ", "~", "é", "日", "😀", "\u{301}", "\u{200D}", "\u{FFFD}"] as [Unicode.Scalar]
    )
    func `what it shows is`(scalar: Unicode.Scalar) {
        #expect(scalar.isPrintable)
    }

    @Test func `quoted text is harmless and short`() {
        #expect("port".quoted == "`port`")
        #expect("a\u{1B}b".quoted == "`a\\u{1b}b`")
        #expect(String(repeating: "x", count: 60).quoted.count == 62)
        #expect(
            String(repeating: "x", count: 61).quoted == "`\(String(repeating: "x", count: 60))…`"
        )
    }
}
