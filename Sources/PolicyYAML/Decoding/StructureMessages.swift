import Diagnostics

extension Diagnostic {
    static func wrongKind(
        _ node: Node,
        _ what: String,
        _ kind: String,
        _ expectation: String,
        _ example: String?
    ) -> Diagnostic {
        Diagnostic(
            .wrongKind,
            node.isNull ? "\(what) has no value" : "\(what) must be \(kind), not \(node.kind)",
            at: Label(node.head, expectation),
            help: example.map { "for example `\($0)`" }
        )
    }

    static func emptyList(_ slot: Slot, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .emptyList,
            "the list behind `\(slot.name)` is empty",
            at: Label(span, "an empty list matches nothing"),
            help: slot.isOptional
                ? "write at least one value, or leave `\(slot.name)` out if it may be anything"
                : "write at least one value"
        )
    }

    static func duplicateValue(
        _ scalar: Node.Scalar,
        in key: String,
        first: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .duplicateValue,
            severity: .warning,
            "\(scalar.text.quoted) is there twice in the list behind `\(key)`",
            at: Label(scalar.span, "here again"),
            related: [Label(first, "first here")],
            help: "remove one of them"
        )
    }

    static func missingKey(
        _ key: some MappingKey,
        what: String,
        at span: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .missingKey,
            "\(what) has no `\(key.rawValue)`",
            at: Label(span, "`\(key.rawValue)` must be among these keys"),
            help: "add `\(key.example)`"
        )
    }

    static func unknownKey(
        _ key: Node.Scalar,
        of what: String,
        absent: [String]
    ) -> Diagnostic {
        Diagnostic(
            .unknownKey,
            "\(key.text.quoted) is not a key of \(what)",
            at: Label(
                key.span,
                absent.isEmpty
                    ? "\(what) has all its keys already" : "expected \(absent.alternatives)"
            ),
            help: help(forUnknown: key.text, among: absent)
        )
    }

    private static func help(forUnknown key: String, among absent: [String]) -> String? {
        if key == "<<" { return "merging is not part of the language; write the keys out" }
        if let meant = Suggestion.nearest(to: key, among: absent) {
            return "did you mean `\(meant)`?"
        }
        let homes = PolicyLanguage.tables.filter { $0.names.contains(key) }.map { $0.owner }
        return homes.isEmpty ? nil : "`\(key)` is a key of \(homes.joined(separator: ", and of "))"
    }
}

extension Node {
    /// Whether the node stands for "no value".
    fileprivate var isNull: Bool {
        if case .scalar(let scalar) = self { scalar.isNull } else { false }
    }

    /// The kind of node, as a message names it.
    fileprivate var kind: String {
        switch self {
        case .scalar: "a single value"
        case .list: "a list"
        case .mapping, .unusable: "a mapping"
        }
    }
}
