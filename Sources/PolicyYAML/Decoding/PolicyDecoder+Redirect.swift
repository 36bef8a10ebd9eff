import Addressing
import Diagnostics
import PolicyModel

/// One entry of `redirects`.
extension PolicyDecoder {
    /// The redirect, or nothing where it has errors.
    mutating func redirect(_ node: Node) -> Redirect? {
        let fields = fields(of: node, RedirectKey.self, expecting: node.redirectTitle)
        guard let fields else { return nil }
        let name = one(fields, .name) { $0.name($1) }
        let description = one(fields, .description) { $0.line($1, "the description") }
        let directions = several(fields, .direction) { decoder, scalar in
            decoder.word(scalar, .direction) as Direction?
        }
        let match = match(fields)
        let parts = RedirectParts(
            directions: directions,
            match: match,
            exceptions: exceptions(fields).map { $0.inheriting(from: match) },
            decision: decision(fields, of: node.redirectTitle),
            masquerade: masquerade(fields)
        )
        let log = log(fields, named: name.value)
        let enabled = one(fields, .enabled) { $0.boolean($1) }
        checkMeaning(parts)
        let decision = parts.decision.value.flatMap { self.decision($0, match) }
        guard let name = name.value, let span = fields[.name]?.span,
            let directions = directions.value, let match, let decision
        else { return nil }
        return Redirect(
            name: name,
            description: description.value,
            directions: directionSets.set(of: directions),
            match: match.match,
            exceptions: parts.exceptions.map(\.match),
            decision: decision,
            masquerade: parts.masquerade.value??.masquerade,
            log: log.value,
            isEnabled: enabled.value ?? true,
            span: span
        )
    }

    private mutating func name(_ scalar: Node.Scalar) -> String? {
        let text = scalar.text
        guard let first = text.utf8.first, Alphabet.beginsName(first),
            text.utf8.count <= 63, text.utf8.allSatisfy({ Alphabet.isInName($0) })
        else {
            bag.report(.invalidName(scalar))
            return nil
        }
        if let first = names.updateValue(scalar.span, forKey: text) {
            names[text] = first
            bag.report(.duplicateName(scalar, first: first))
            return nil
        }
        return text
    }

    /// One line of text, which messages call as `title` says.
    mutating func line(_ scalar: Node.Scalar, _ title: String) -> String? {
        guard scalar.text.utf8.count <= 256, scalar.text.unicodeScalars.allSatisfy(\.isPrintable)
        else {
            bag.report(.invalidText(scalar, title))
            return nil
        }
        return scalar.text
    }
}

extension Node {
    /// How messages call a redirect: by its name, where it has one.
    fileprivate var redirectTitle: String {
        guard case .mapping(let mapping) = self,
            case .scalar(let name) = Fields<RedirectKey>(mapping: mapping)[.name], !name.isNull
        else { return "a redirect" }
        return "redirect \(name.text.quoted)"
    }
}

extension Diagnostic {
    fileprivate static func invalidName(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .invalidName,
            "\(scalar.text.quoted) cannot be the name of a redirect",
            at: Label(scalar.span, "expected a name such as `web-8080`"),
            help: suggestedName(scalar.text).map { "write `\($0)`" }
                ?? "use small letters, digits, `.`, `_` and `-`, at most 63 of them, "
                + "and begin with a letter or a digit"
        )
    }

    private static func suggestedName(_ text: String) -> String? {
        let mapped = text.lowercased().utf8.map { Alphabet.isInName($0) ? $0 : 0x2D }
        let name = String(decoding: mapped.drop { !Alphabet.beginsName($0) }, as: UTF8.self)
        return name.isEmpty || name.utf8.count > 63 || text.utf8.contains { $0 > 0x7E } ? nil : name
    }

    fileprivate static func duplicateName(_ scalar: Node.Scalar, first: SourceSpan) -> Diagnostic {
        Diagnostic(
            .duplicateName,
            "two redirects are called \(scalar.text.quoted)",
            at: Label(scalar.span, "here again"),
            related: [Label(first, "first here")],
            help: "give every redirect a name of its own; plans and counters go by it"
        )
    }

    fileprivate static func invalidText(_ scalar: Node.Scalar, _ title: String) -> Diagnostic {
        let count = scalar.text.utf8.count
        let isTooLong = count > 256
        return Diagnostic(
            .invalidText,
            isTooLong
                ? "\(title) is \(count) bytes long"
                : "\(title) holds a line break or a control character",
            at: Label(scalar.span, isTooLong ? "at most 256 are possible" : "expected one line"),
            help: isTooLong
                ? "say the rest in a comment" : "write it on one line, without `|` and `>`"
        )
    }
}
