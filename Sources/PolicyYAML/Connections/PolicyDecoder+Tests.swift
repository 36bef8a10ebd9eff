import Addressing
import Diagnostics
import PolicyModel

/// `tests`: what the author of a policy expects of it.
extension PolicyDecoder {
    /// The tests of a file, as far as they could be decoded.
    mutating func tests(_ fields: Fields<PolicyKey>) -> [PolicyTest] {
        guard let node = fields[.tests] else { return [] }
        guard case .list(let list) = node else {
            reportKind(of: node, for: PolicyKey.tests)
            return []
        }
        return list.items.compactMap { test($0) }
    }

    private mutating func test(_ node: Node) -> PolicyTest? {
        guard let fields = fields(of: node, TestKey.self, expecting: TestKey.owner) else {
            return nil
        }
        let name = one(fields, .name) { $0.line($1, "the name") }
        let connection = one(fields, .connection) { $0.connection($1) }
        let outcomes = several(fields, .expect) { $0.outcome($1, of: connection.value) }
        guard case .given(let parts, let span) = connection, let outcomes = outcomes.value else {
            return nil
        }
        return PolicyTest(
            name: name.value,
            connection: parts.connection,
            outcomes: outcomes,
            span: span
        )
    }

    /// What can become of a connection.
    private mutating func outcome(
        _ scalar: Node.Scalar,
        of connection: ConnectionParts?
    ) -> PolicyTest.Outcome? {
        let text = scalar.text
        if text == "unchanged" { return .unchanged }
        if text.hasPrefix("local:"), text != "local:" {
            return port(scalar.part(text.dropFirst("local:".count)), for: .connection)
                .map { .local($0) }
        }
        guard text.contains(where: { $0 == ":" || $0 == "." || $0.isNumber }), text != "local:"
        else {
            bag.report(.invalidOutcome(scalar))
            return nil
        }
        guard let (address, port) = endpoint(scalar, .outcome), let port else { return nil }
        guard let sent = connection?.connection.destinationAddress, let connection,
            sent.family != address.family
        else { return .address(address, port) }
        bag.report(
            .otherFamily(
                "the outcome",
                address,
                at: scalar.span,
                "the connection",
                sent,
                connection.destination,
                help: "no redirect changes the family of a connection"
            )
        )
        return nil
    }
}

extension Diagnostic {
    fileprivate static func invalidOutcome(_ scalar: Node.Scalar) -> Diagnostic {
        let unchanged = ["unchanged", "bypass", "none", "same", "untouched"]
        let meant: String? =
            if scalar.text.hasPrefix("local") {
                "name the port: `local:8080`"
            } else if Suggestion.nearest(to: scalar.text, among: unchanged) != nil {
                "did you mean `unchanged`?"
            } else {
                nil
            }
        return Diagnostic(
            .invalidOutcome,
            "\(scalar.text.quoted) cannot become of a connection",
            at: Label(scalar.span, "expected \(Grammar.outcome.expectation)"),
            help: meant ?? "several that are possible stand in a list"
        )
    }
}
