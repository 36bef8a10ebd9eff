import Diagnostics

/// A value in a YAML text, with its place.
enum Node: Sendable {
    case scalar(Scalar)
    case list(List)
    case mapping(Mapping)
    /// Something that has been reported, and of which nothing more is to be said.
    case unusable(SourceSpan)

    /// A single value: its text, whatever YAML would take it for.
    struct Scalar: Sendable {
        let text: String
        let span: SourceSpan
        /// Whether it is written without quotes and not as a block.
        let isPlain: Bool

        /// Whether it stands for "no value": nothing at all, `~` or `null`.
        var isNull: Bool { isPlain && (text.isEmpty || text == "~" || text == "null") }
    }

    /// Values in order.
    struct List: Sendable {
        let items: Items
        let span: SourceSpan
    }

    /// Keys with their values, in the order of the text; each key once.
    struct Mapping: Sendable {
        let entries: Entries
        let span: SourceSpan
        /// Whether it is written in braces.
        let isFlow: Bool

        /// The part of it that findings about the whole of it mark.
        var head: SourceSpan { isFlow ? span : entries.first?.key.span ?? span }
    }

    /// A key and its value.
    struct Entry: Sendable {
        let key: Scalar
        let value: Node
    }

    /// Where the value stands.
    var span: SourceSpan {
        switch self {
        case .scalar(let scalar): scalar.span
        case .list(let list): list.span
        case .mapping(let mapping): mapping.span
        case .unusable(let span): span
        }
    }

    /// The part of it that findings about the whole of it mark.
    var head: SourceSpan {
        if case .mapping(let mapping) = self { mapping.head } else { span }
    }
}
