import Addressing
import Diagnostics
public import PolicyModel

/// Reads connections as people write them: `outbound tcp 192.0.2.10:80 user=1000`.
public struct ConnectionReader: Sendable {
    /// Creates a reader.
    public init() {}

    /// Reads the connection in a text; findings call the text by the given name.
    public func read(
        _ text: String,
        named name: String = "<connection>"
    ) throws(PolicyRejected) -> Connection {
        var bag = DiagnosticBag()
        var texts = PolicyTexts(limits: Limits(), unsafe: .accepted)
        let source = texts.add(Array(text.utf8), named: name, bag: &bag)?.source
        var decoder = PolicyDecoder(texts: texts, bag: bag, cgroupRoot: CgroupPath.hierarchy)
        let connection = source.flatMap {
            decoder.connection(.whole(texts.sources[$0].text, of: $0))
        }
        guard let connection, !decoder.bag.hasErrors else {
            throw PolicyRejected(findings: decoder.bag.sorted, sources: texts.sources)
        }
        return connection.connection
    }
}

extension Node.Scalar {
    /// The value that is all of a text.
    fileprivate static func whole(_ text: String, of source: SourceID) -> Node.Scalar {
        let line = SourceLines(text).line(1)
        let span = SourceSpan(
            source: source,
            start: SourcePosition(line: 1, column: 1),
            end: SourcePosition(line: 1, column: (line?.count ?? 0) + 1)
        )
        return Node.Scalar(text: text, span: span, isPlain: true)
    }
}
