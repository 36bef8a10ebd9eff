import Diagnostics

/// What YAML has and the language does not.
extension Diagnostic {
    static func secondDocument(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .multipleDocuments,
            "a policy is one document",
            at: Label(span, "a second one begins here"),
            help: "put each policy into a file of its own, or remove the `---`"
        )
    }

    static func alias(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .yamlAlias,
            "aliases are not part of the policy language",
            at: Label(span, "this stands for a value somewhere else"),
            help: "write the value out; if the `*` belongs to the value, put it in quotes"
        )
    }

    static func anchor(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .yamlAnchor,
            "anchors are not part of the policy language",
            at: Label(span, "this marks a value to use it again"),
            help: "remove it; if the `&` belongs to the value, put it in quotes"
        )
    }

    static func tag(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .yamlTag,
            "tags are not part of the policy language",
            at: Label(span, "this is a tag"),
            help: "remove it; every key of a policy has one type, whatever YAML makes of the text"
        )
    }

    static func tooDeep(_ limit: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .nestingTooDeep,
            "lists and mappings are nested more than \(limit) deep",
            at: Label(span, "this is one too many; reading stops here")
        )
    }

    static func tooManyValues(_ limit: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .fileTooLarge,
            "the policy holds more than \(limit) keys and values",
            at: Label(span, "reading stops here")
        )
    }
}
