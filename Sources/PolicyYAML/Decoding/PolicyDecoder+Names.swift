import Diagnostics

/// Names that stand for lists, where they are used.
extension PolicyDecoder {
    /// Whether a text that has the form of a name stands for a list that can be used.
    ///
    /// Reports it where nothing has been said of it; `grammar` is what could stand there.
    mutating func refers(
        _ scalar: Node.Scalar,
        to kind: DefinitionKind,
        as grammar: Grammar
    ) -> Bool {
        let name = scalar.text
        switch definitions.state(of: name, kind) {
        case .usable:
            definitions.use(name, kind)
            return true
        case .rejected:
            definitions.use(name, kind)
        case .absent where isIncomplete:
            break
        case .absent where definitions.state(of: name, kind.other) != .absent:
            definitions.use(name, kind.other)
            bag.report(.otherKind(scalar, kind))
        case .absent:
            reportUnknown(scalar, kind, grammar)
        }
        return false
    }

    private mutating func reportUnknown(
        _ scalar: Node.Scalar,
        _ kind: DefinitionKind,
        _ grammar: Grammar
    ) {
        if DefinitionName.reserved.contains(scalar.text) {
            bag.report(.reservedWord(scalar, kind, grammar))
            return
        }
        let meant = nearestName(to: scalar.text, kind)
        if meant == nil, kind == .ports, PortText.isService(scalar.text) {
            bag.report(.serviceAsPort(scalar))
        } else {
            bag.report(.unknownName(scalar, kind, grammar, meant: meant))
        }
    }

    /// The name that was probably meant.
    ///
    /// A policy full of unknown names gets suggestions for the first of them only, because each
    /// costs a comparison with every name.
    private mutating func nearestName(to text: String, _ kind: DefinitionKind) -> String? {
        guard suggestionsLeft > 0, let names = definitions.names[kind] else { return nil }
        suggestionsLeft -= 1
        return Suggestion.nearest(to: text, among: Array(names.prefix(1000)))
    }
}

extension Diagnostic {
    fileprivate static func unknownName(
        _ scalar: Node.Scalar,
        _ kind: DefinitionKind,
        _ grammar: Grammar,
        meant: String?
    ) -> Diagnostic {
        let advice =
            switch (kind, scalar.text) {
            case (.addresses, "localhost"): "for this machine's own addresses write `local`"
            case (.addresses, _):
                "define it under `addresses`, or write the address; host names are not looked up"
            case (.ports, _): "define it under `ports`, or write the number"
            }
        return Diagnostic(
            .unknownName,
            "no list of \(kind.rawValue) is called \(scalar.text.quoted)",
            at: Label(scalar.span, "expected \(grammar.expectation)"),
            help: meant.map { "did you mean `\($0)`?" } ?? advice
        )
    }

    fileprivate static func otherKind(_ scalar: Node.Scalar, _ kind: DefinitionKind) -> Diagnostic {
        Diagnostic(
            .nameOfOtherKind,
            "\(scalar.text.quoted) is a list of \(kind.other.rawValue)",
            at: Label(scalar.span, "expected a list of \(kind.rawValue)"),
            help: "use it behind `\(kind.other.use.rawValue)`, "
                + "or define a list of this name under `\(kind.rawValue)`"
        )
    }

    fileprivate static func reservedWord(
        _ scalar: Node.Scalar,
        _ kind: DefinitionKind,
        _ grammar: Grammar
    ) -> Diagnostic {
        let key = kind.use.rawValue
        let help =
            switch (kind, scalar.text) {
            case (_, "any"): "for any \(key) leave `\(key)` out"
            case (.addresses, "local"): "for this machine write `local: true` instead of `address`"
            default: nil as String?
            }
        return Diagnostic(
            kind == .addresses ? .invalidAddress : .invalidPort,
            "\(scalar.text.quoted) is no \(key) and no name of a list",
            at: Label(scalar.span, "expected \(grammar.expectation)"),
            help: help
        )
    }
}
