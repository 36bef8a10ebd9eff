import Diagnostics
import LocatedYAML
import PolicyModel

/// Decodes one entry of `redirects`.
struct RedirectDecoder {
    let context: DecodingContext

    /// The redirect, or `nil` if it has errors.
    func redirect(_ node: Node) -> Redirect? {
        let title = { Self.title(of: node) }
        guard
            let mapping = DecodedMapping<RedirectKey>(node, title(), into: RedirectParts(), context)
        else { return nil }
        let parts = mapping.parts
        if let connection = mapping.span(of: .connection) {
            take(parts.connection, at: connection, mapping)
        } else {
            if mapping.span(of: .match) == nil { parts.match = MatchParts() }
            if mapping.span(of: .direction) == nil { reportNoDirection(mapping, title()) }
        }
        parts.decision = decision(mapping, title())
        for exception in parts.exceptions { exception.inheritProtocols(from: parts.match) }
        RedirectChecks(context: context).check(parts)
        let decision = parts.decision.value.flatMap { self.decision($0, parts.match) }
        guard case .given(let name, let span) = parts.name,
            let directions = parts.directions.value, let match = parts.match, let decision
        else { return nil }
        return Redirect(
            name: name,
            description: parts.description.value,
            directions: context.directionSets.set(of: directions),
            match: match.match,
            exceptions: parts.exceptions.map(\.match),
            decision: decision,
            masquerade: parts.masquerade.value??.masquerade,
            log: parts.log.value,
            isEnabled: parts.enabled.value ?? true,
            allowed: parts.allowed.value ?? [],
            span: span
        )
    }

    /// Takes the connections of a text as directions and match, unless these are written as well.
    private func take(
        _ connection: Decoded<ConnectionPattern>,
        at span: SourceSpan,
        _ redirect: DecodedMapping<RedirectKey>
    ) {
        let parts = redirect.parts
        guard let other = redirect.firstSpan(of: .direction, .match) else {
            parts.directions = connection.value?.directions ?? .rejected
            parts.match = connection.value?.match
            return
        }
        parts.match = nil
        context.bag.contradiction(
            .ambiguousConnection,
            "the redirect says twice which connections it is about",
            span,
            other,
            help: "keep `connection`, which has the direction and the whole match, or keep "
                + "`direction` and `match`"
        )
    }

    private func reportNoDirection(
        _ redirect: DecodedMapping<RedirectKey>,
        _ title: @autoclosure () -> String
    ) {
        context.bag.error(
            .missingKey,
            "\(title()) has no `direction`",
            at: redirect.mapping.head,
            "`direction` must be among these keys, or `connection`",
            help: "add `\(RedirectKey.direction.example)`"
        )
    }

    /// How messages call a redirect: by its name, if it has one.
    private static func title(of node: Node) -> String {
        guard case .mapping(let mapping) = node,
            let index = mapping.entries.index(of: RedirectKey.name.rawValue),
            case .scalar(let name) = mapping.entries.value(at: index), !name.isNull
        else { return "a redirect" }
        return "redirect \(name.text.quoted)"
    }

    /// The decision, which must be either `to` or `bypass`.
    private func decision(
        _ redirect: DecodedMapping<RedirectKey>,
        _ title: @autoclosure () -> String
    ) -> Decoded<DecisionParts> {
        let (to, bypass) = (redirect.span(of: .to), redirect.span(of: .bypass))
        switch redirect.parts.bypass {
        case .given(true, let span):
            guard let to, let bypass else { return .given(.bypass, span) }
            reportBoth(to, bypass)
        case .given(false, let span):
            context.bag.error(
                .incompleteTarget,
                "`bypass: false` does nothing",
                at: span,
                "expected `true`",
                help: to != nil
                    ? "leave `bypass` out"
                    : "say where the connections go, for example `to: {port: 8080}`"
            )
        case .rejected: break
        case .absent:
            guard to == nil else { return redirect.parts.to }
            context.bag.error(
                .missingKey,
                "\(title()) has no `to`",
                at: redirect.mapping.head,
                "`to` must be among these keys",
                help: "add `\(RedirectKey.to.example)`, "
                    + "or `\(RedirectKey.bypass.example)` to leave the connections alone"
            )
        }
        return .rejected
    }

    private func reportBoth(_ to: SourceSpan, _ bypass: SourceSpan) {
        context.bag.contradiction(
            .ambiguousTarget,
            "the redirect has a target and leaves connections alone at once",
            to,
            bypass,
            help: "keep `to`, or keep `bypass`; a bypass for a part of the connections is a "
                + "redirect of its own, before this one"
        )
    }

    /// The decision, with the shift or the move that match and target make together; `nil` if it has errors.
    private func decision(_ parts: DecisionParts, _ match: MatchParts?) -> Decision? {
        switch parts {
        case .bypass: return .bypass
        case .balance(let balance): return .balance(balance.balance)
        case .target(let target):
            if case .given(.prefix(let prefix), let span) = target.address {
                return PrefixMoveDecoder(context: context).move(
                    prefix,
                    at: span,
                    target.ports,
                    match
                )
                .map { .target(.prefix($0)) }
            }
            switch target.ports {
            case .given(let ports, let span):
                return PortShiftDecoder(context: context).newPort(ports, at: span, match)
                    .flatMap { target.target($0) }.map { .target($0) }
            case .absent, .rejected: return target.target(nil).map { .target($0) }
            }
        }
    }

    /// The name, unless it is that of another redirect.
    func name(_ value: KeyValue) -> Decoded<String> {
        value.oneScalar { scalar in
            guard let name = context.read(scalar, NameText.redirect) else {
                context.isNameRejected = true
                return nil
            }
            if let first = context.redirectNames.updateValue(scalar.span, forKey: name) {
                context.redirectNames[name] = first
                context.bag.repetition(
                    .duplicateName,
                    "two redirects are called \(name.quoted)",
                    at: scalar.span,
                    first: first,
                    help: "give every redirect a name of its own; plans and counters go by it"
                )
                return nil
            }
            return name
        }
    }
}
