public import Diagnostics

extension SourceSpan {
    /// A place for what was written nowhere.
    public static let nowhere: SourceSpan = {
        var sources = SourceMap()
        let start = SourcePosition(line: 1, column: 1)
        let source = sources.add(SourceText(name: "made by a test", text: ""))
        return SourceSpan(source: source, start: start, end: start)
    }()
}
