import Addressing
import Diagnostics
import LocatedYAML
public import PolicyModel

/// Reads connections as people write them: `outbound tcp 192.0.2.10:80 user=1000`.
public struct ConnectionReader: Sendable {
    /// How findings call the text.
    public static let sourceName = "<connection>"

    /// Creates a reader, which looks up users and groups on this machine.
    public init() {}

    /// The direction that somebody probably meant who wrote another word; `nil` if none is similar.
    public static func direction(meantBy word: String) -> Direction? {
        let names = Direction.allCases.map(\.rawValue)
        return Suggestion.nearest(to: word, among: names).flatMap { Direction(rawValue: $0) }
    }

    /// Reads the connection in a text.
    ///
    /// - Throws: ``PolicyRejected`` with findings that show their places in the text.
    public func read(_ text: String) throws(PolicyRejected) -> Connection {
        var bag = DiagnosticBag()
        var files = SourceFiles(limits: Limits(), unsafe: .accepted)
        let source = files.add(Array(text.utf8), named: Self.sourceName, bag: &bag)?.source
        let context = DecodingContext(files, bag, AccountNames(), cgroupRoot: CgroupPath.hierarchy)
        let connection = source.flatMap {
            ConnectionDecoder(context: context).connection(.whole(files.sources[$0].text, of: $0))
        }
        guard let connection, !context.bag.hasErrors else {
            throw PolicyRejected(findings: context.bag.sorted, sources: files.sources)
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
        return Node.Scalar(text: text, span: span)
    }
}
