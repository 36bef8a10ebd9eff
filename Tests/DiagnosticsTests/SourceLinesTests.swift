import Testing

@testable import Diagnostics

@Suite struct SourceLinesTests {
    @Test(arguments: ["a\nbb\n\nc", "a\r\nbb\r\n\r\nc", "a\rbb\r\rc"])
    func `lines end at every kind of line end`(text: String) {
        let lines = SourceLines(text)
        #expect((1...5).map { lines.line($0).map(String.init) } == ["a", "bb", "", "c", nil])
        #expect(lines.line(0) == nil)
    }

    @Test func `after the last line end there is an empty line`() {
        let lines = SourceLines("a\n")
        #expect(lines.line(2)?.isEmpty == true)
        #expect(lines.line(3) == nil)
        #expect(SourceLines("").line(1) == nil)
    }

    @Test func `columns are found in any order`() {
        let text = "日本x\nabc"
        var lines = SourceLines(text)
        for (line, column, expected) in [(1, 3, "x"), (1, 2, "本"), (2, 1, "a"), (1, 1, "日")] {
            let index = lines.index(line: line, column: column)
            #expect(index.map { String(text.unicodeScalars[$0]) } == expected)
        }
        #expect(lines.index(line: 2, column: 99) == text.endIndex)
    }

    @Test func `a position after the text is moved to its end`() {
        let lines = SourceLines("a\nbc")
        let after = SourcePosition(line: 3, column: 1)
        #expect(lines.nearest(to: after) == SourcePosition(line: 2, column: 3))
        let inside = SourcePosition(line: 1, column: 1)
        #expect(lines.nearest(to: inside) == inside)
    }
}
