import Diagnostics

/// What libyaml's problems mean to somebody who wrote a policy.
extension Diagnostic {
    /// The finding for a text that is not YAML; the character is the one at its place.
    static func syntax(_ problem: YAMLProblem, character: Unicode.Scalar?) -> Diagnostic {
        let meaning = meaning(of: problem, at: character)
        var related: [Label] = []
        if let context = problem.context, let place = problem.contextPosition,
            place != problem.position
        {
            related = [Label(place, context)]
        }
        return Diagnostic(
            problem.problem.contains("tag handle") ? .yamlTag : .yamlSyntax,
            meaning.message,
            at: Label(problem.position, meaning.label),
            related: related,
            help: meaning.help
        )
    }

    private typealias Meaning = (message: String, label: String, help: String?)

    private static func meaning(of problem: YAMLProblem, at character: Unicode.Scalar?) -> Meaning {
        let isTab = character == "\t" || problem.problem.contains("tab character")
        if isTab {
            return (
                "a tab where YAML wants spaces", "this is a tab",
                "indent with spaces; most editors can replace all tabs at once"
            )
        }
        if problem.problem == "found character that cannot start any token", let character {
            let written = String(character).quoted
            return (
                "a value cannot begin with \(written)", "YAML keeps this character for itself",
                "put the value in quotes"
            )
        }
        return meanings[problem.problem]
            ?? ("this is not YAML: \(problem.problem)", "", nil)
    }

    private static let meanings: [String: Meaning] = [
        "mapping values are not allowed in this context": (
            "a key cannot stand here", "this colon makes what is before it a key",
            "indent the keys of one mapping alike, and quote a value that ends in a colon "
                + "or holds a colon and a space: \"fd00::\""
        ),
        "did not find expected key": (
            "this line does not fit the mapping around it", "a key was expected here",
            "indent the keys of one mapping alike, and close every quote and bracket above"
        ),
        "did not find expected '-' indicator": (
            "this line does not fit the list around it", "an entry was expected here",
            "begin every entry of one list with `- `, in the same column"
        ),
        "could not find expected ':'": (
            "a key without a colon", "a colon was expected before this place",
            "write `key: value`, with a space after the colon"
        ),
        "block sequence entries are not allowed in this context": (
            "a list entry cannot stand here", "this begins an entry of a list",
            "write the list below its key, or in brackets: `[80, 443]`"
        ),
        "did not find expected ',' or '}'": (
            "this mapping in braces is not closed", "`,` or `}` was expected here",
            "separate the keys with commas and end the mapping with `}`"
        ),
        "did not find expected ',' or ']'": (
            "this list in brackets is not closed", "`,` or `]` was expected here",
            "separate the values with commas and end the list with `]`"
        ),
        "did not find expected node content": (
            "a value is missing", "a value was expected here",
            "look for a comma, a bracket or a brace too many"
        ),
        "found unexpected end of stream": (
            "the file ends inside quotes", "the quote is never closed",
            "close the quote that is opened at the other place"
        ),
        "found unexpected document indicator": (
            "a new document begins inside quotes", "the quote is never closed",
            "close the quote that is opened at the other place"
        ),
        "found unknown escape character": (
            "an unknown escape in double quotes", "YAML knows no such escape",
            "use single quotes, where a backslash is only a backslash"
        ),
        "did not find expected alphabetic or numeric character": (
            "`*` and `&` have a meaning of their own in YAML", "a name was expected here",
            "put the value in quotes"
        ),
        "found undefined tag handle": (
            "tags are not part of the policy language", "this is a tag",
            "remove it, or put the value in quotes if the `!` belongs to it"
        ),
        "did not find expected <document start>": (
            "something follows the end of the policy", "nothing was expected here",
            "one policy is one document: begin it with `version: 1`"
        ),
        "found incompatible YAML document": (
            "an unknown version of YAML", "only 1.1 and 1.2 exist",
            "remove the line; redirctl does not need it"
        ),
        "mapping keys are not allowed in this context": (
            "a key cannot stand here", "the `?` begins a key", "put the value in quotes"
        ),
    ]
}
