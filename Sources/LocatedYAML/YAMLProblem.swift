import CYAML
import Diagnostics

/// A syntax error, as libyaml reports it.
struct YAMLProblem: Error {
    /// The message, and where the error is.
    let problem: String
    private(set) var position: SourceSpan

    /// What libyaml was reading at the time, and where that began.
    let context: String?
    private(set) var contextPosition: SourceSpan?

    init(_ parser: yaml_parser_t, source: SourceID) {
        let isOutOfMemory = parser.error == YAML_MEMORY_ERROR
        problem =
            parser.problem.map { String(cString: $0) }
            ?? (isOutOfMemory ? "out of memory" : "unreadable text")
        position = SourceSpan(at: SourcePosition(parser.problem_mark), in: source)
        context = parser.context.map { String(cString: $0) }
        contextPosition =
            context == nil
            ? nil : SourceSpan(at: SourcePosition(parser.context_mark), in: source)
    }

    /// The same problem at other positions.
    ///
    /// libyaml's can lie after the end of a text that does not end with a line feed.
    func moved(_ move: (SourcePosition) -> SourcePosition) -> YAMLProblem {
        var moved = self
        moved.position = SourceSpan(at: move(position.start), in: position.source)
        moved.contextPosition = contextPosition.map {
            SourceSpan(at: move($0.start), in: $0.source)
        }
        return moved
    }
}
