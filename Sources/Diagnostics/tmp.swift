public struct DiagnosticText {
    public init(sources: SourceMap, color: Bool) {}
    public func render(_ f: [Diagnostic]) -> String { "" }
}
public struct DiagnosticReport: Encodable { public init(_ f: [Diagnostic], sources: SourceMap) {} }
