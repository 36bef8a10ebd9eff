import Diagnostics

/// Explanations of libyaml's syntax errors.
extension Diagnostic {
    /// The finding for a text that is not YAML; `character` is the one at the position of the problem.
    static func syntax(_ problem: YAMLProblem, character: Unicode.Scalar?) -> Diagnostic {
        let meaning = SyntaxMeaning(of: problem, at: character)
        let context = problem.contextPosition.flatMap { span in
            problem.context.flatMap { SyntaxMeaning.contexts[$0] }.map { Label(span, $0) }
        }
        let span = meaning.isAtContext ? problem.contextPosition : nil
        return Diagnostic(
            problem.problem.contains("tag handle") ? .yamlTag : .yamlSyntax,
            meaning.message,
            at: Label(span ?? problem.position, meaning.label),
            related: span == nil && context?.span != problem.position
                ? context.map { [$0] } ?? [] : [],
            help: meaning.help
        )
    }
}

/// The explanation of one syntax error.
private struct SyntaxMeaning {
    let message: String
    let label: String
    let help: String?

    /// Whether the mistake is where libyaml began to read the value, not where it stopped.
    var isAtContext = false

    init(_ message: String, _ label: String, _ help: String?, isAtContext: Bool = false) {
        self.message = message
        self.label = label
        self.help = help
        self.isAtContext = isAtContext
    }

    init(of problem: YAMLProblem, at character: Unicode.Scalar?) {
        switch (problem.problem, character) {
        case (_, "\t"), ("found a tab character that violates indentation", _):
            self = Self.tab
        case ("found character that cannot start any token", let character?):
            self.init(
                "a value cannot begin with \(String(character).quoted)",
                "YAML keeps this character for itself",
                "put the value in quotes"
            )
        case ("found unexpected ':'", _), ("did not find expected node content", ":"):
            self = Self.bareColons
        case ("did not find expected key", ":"),
            ("did not find expected ',' or '}'", "["), ("did not find expected ',' or ']'", "["):
            self = Self.bareBrackets
        default:
            self =
                Self.meanings[problem.problem]
                ?? SyntaxMeaning("this is not YAML: \(problem.problem)", "", nil)
        }
    }

    private static let tab = SyntaxMeaning(
        "a tab where YAML wants spaces",
        "this is a tab",
        "indent with spaces; most editors can replace all tabs at once"
    )

    private static let bareColons = SyntaxMeaning(
        "a value with colons must be in quotes here",
        "this colon could also end a key",
        "write it in quotes: \"2001:db8::10\""
    )

    private static let bareBrackets = SyntaxMeaning(
        "a value with brackets must be in quotes here",
        "brackets also make lists",
        "write it in quotes: \"[2001:db8::10]:80\"; between two values stands a comma"
    )

    private static let openQuote = SyntaxMeaning(
        "a quote is opened and never closed",
        "it is opened here",
        "end the value with the same quote",
        isAtContext: true
    )

    private static let meanings = [
        "found unexpected end of stream": openQuote,
        "found unexpected document indicator": openQuote,
        "could not find expected ':'": SyntaxMeaning(
            "a key without a colon",
            "a colon must follow this",
            "write `key: value`, with a space after the colon",
            isAtContext: true
        ),
        "mapping values are not allowed in this context": SyntaxMeaning(
            "a key cannot stand here",
            "this colon makes what is before it a key",
            "indent the keys of one mapping alike, and quote a value that ends in a colon\n"
                + "or holds a colon and a space: \"2001:db8::\""
        ),
        "mapping keys are not allowed in this context": SyntaxMeaning(
            "a key cannot stand here",
            "the `?` begins a key",
            "put the value in quotes"
        ),
        "did not find expected key": SyntaxMeaning(
            "this line does not fit the mapping around it",
            "a key was expected here",
            "indent the keys of one mapping alike, and close every quote and bracket above"
        ),
        "did not find expected '-' indicator": SyntaxMeaning(
            "this line does not fit the list around it",
            "an entry was expected here",
            "begin every entry of one list with `- `, in the same column"
        ),
        "block sequence entries are not allowed in this context": SyntaxMeaning(
            "a list entry cannot stand here",
            "this begins an entry of a list",
            "write the list below its key, or in brackets: `[80, 443]`"
        ),
        "did not find expected ',' or '}'": SyntaxMeaning(
            "a mapping in braces is not closed",
            "`,` or `}` was expected here",
            "separate the keys with commas and end the mapping with `}`"
        ),
        "did not find expected ',' or ']'": SyntaxMeaning(
            "a list in brackets is not closed",
            "`,` or `]` was expected here",
            "separate the values with commas and end the list with `]`"
        ),
        "did not find expected node content": SyntaxMeaning(
            "a value is missing",
            "a value was expected here",
            "look for a comma, a bracket or a brace too many"
        ),
        "did not find expected comment or line break": SyntaxMeaning(
            "`|` and `>` begin a text of several lines",
            "nothing can follow here",
            "put the value in quotes if the sign belongs to it"
        ),
        "did not find expected whitespace or line break": SyntaxMeaning(
            "`!` has a meaning of its own in YAML",
            "a tag ends here, without a space after it",
            "a `!` that means \"not\" is written as an exception, under `except`"
        ),
        "found unknown escape character": SyntaxMeaning(
            "an unknown escape in double quotes",
            "YAML knows no such escape",
            "use single quotes, where a backslash is only a backslash"
        ),
        "did not find expected alphabetic or numeric character": SyntaxMeaning(
            "`*` and `&` have a meaning of their own in YAML",
            "a name was expected here",
            "put the value in quotes"
        ),
        "found undefined tag handle": SyntaxMeaning(
            "tags are not supported",
            "this is a tag",
            "remove it, or put the value in quotes if the `!` belongs to it"
        ),
        "did not find expected <document start>": SyntaxMeaning(
            "something follows the end of the document",
            "nothing was expected here",
            "a file is one document; remove what follows it, or put it in a file of its own"
        ),
        "found incompatible YAML document": SyntaxMeaning(
            "an unknown version of YAML",
            "only 1.1 and 1.2 exist",
            "remove the line; nothing needs it"
        ),
    ]

    /// Labels for what libyaml was reading, where that helps.
    static let contexts = [
        "while parsing a flow sequence": "the list begins here",
        "while parsing a block collection": "the list begins here",
        "while parsing a flow mapping": "the mapping begins here",
        "while parsing a block mapping": "the mapping begins here",
    ]
}
