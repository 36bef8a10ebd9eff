import Diagnostics
import LocatedYAML

/// Decodes names that stand for lists.
struct ListReferenceDecoder {
    let context: DecodingContext

    /// Whether a text that has the form of a name stands for a list that can be used.
    ///
    /// Reports it otherwise; `grammar` is the kind of value that is expected.
    func refers(_ scalar: Node.Scalar, to kind: DefinitionKind, as grammar: Grammar) -> Bool {
        let name = scalar.text
        switch context.definitions.state(of: name, kind) {
        case .usable:
            context.definitions.use(name, kind)
            return true
        case .rejected:
            context.definitions.use(name, kind)
        case .absent where context.isIncomplete:
            break
        case .absent:
            let others = kind.others.filter {
                context.definitions.state(of: name, $0) != .absent
            }
            guard let other = others.first else {
                reportUnknown(scalar, kind, grammar)
                break
            }
            context.definitions.use(name, other)
            context.bag.error(
                .nameOfOtherKind,
                "\(name.quoted) is a list of \(other.rawValue)",
                at: scalar.span,
                "expected a list of \(kind.rawValue)",
                help: "use it in `\(other.use)`, "
                    + "or define a list of this name under `\(kind.rawValue)`"
            )
        }
        return false
    }

    private func reportUnknown(_ scalar: Node.Scalar, _ kind: DefinitionKind, _ grammar: Grammar) {
        let name = scalar.text
        if ListName.reserved.contains(name) { return reportReserved(scalar, kind, grammar) }
        let meant = nearestName(to: name, kind)
        if meant == nil, kind == .ports, let problem = PortText.serviceProblem(name) {
            return context.report(problem, in: scalar)
        }
        let advice =
            switch (kind, name) {
            case (_, "all"), (_, "everything"), (_, "anywhere"), (_, "everywhere"):
                "for any \(kind.use) leave `\(kind.use)` out"
            case (.addresses, "localhost"): "for this machine's own addresses write `local`"
            case (.addresses, _):
                "define it under `addresses`, or write the address; host names are not looked up"
            case (.ports, _): "define it under `ports`, or write the number"
            case (.interfaces, _): "define it under `interfaces`"
            }
        context.bag.error(
            .unknownName,
            "no list of \(kind.rawValue) is called \(name.quoted)",
            at: scalar.span,
            "expected \(grammar.expectation)",
            help: meant.map { "did you mean `\($0)`?" } ?? advice
        )
    }

    private func reportReserved(_ scalar: Node.Scalar, _ kind: DefinitionKind, _ grammar: Grammar) {
        let key = kind.use
        let help =
            switch (kind, scalar.text) {
            case (_, "any"): "for any \(key) leave `\(key)` out"
            case (.addresses, "local"): "for this machine write `local: true` instead of `address`"
            default: nil as String?
            }
        context.bag.error(
            kind == .addresses ? .invalidAddress : .invalidPort,
            "\(scalar.text.quoted) is no \(key) and no name of a list",
            at: scalar.span,
            "expected \(grammar.expectation)",
            help: help
        )
    }

    /// The name that was probably meant.
    ///
    /// Only the first unknown names of a policy get suggestions, because each costs a comparison
    /// with every name.
    private func nearestName(to text: String, _ kind: DefinitionKind) -> String? {
        guard context.suggestionsLeft > 0 else { return nil }
        let builtIn = kind == .addresses ? context.definitions.builtIn.sorted() : []
        let names = (context.definitions.names[kind] ?? []).prefix(1000) + builtIn
        guard !names.isEmpty else { return nil }
        context.suggestionsLeft -= 1
        return Suggestion.nearest(to: text, among: Array(names))
    }
}
