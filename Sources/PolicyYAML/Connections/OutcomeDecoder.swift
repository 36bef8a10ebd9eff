import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel

/// Decodes what a connection becomes: `unchanged`, `local:80`, or an address and a port; its source; and
/// who decides.
struct OutcomeDecoder {
    let context: DecodingContext

    /// The connection, if it could be decoded.
    let connection: ConnectionParts?

    /// The outcome, or `nil` if its text has errors.
    func outcome(_ scalar: Node.Scalar) -> PolicyTest.Outcome? {
        let text = scalar.text
        let decoder = ConnectionDecoder(context: context)
        if text == "unchanged" { return .unchanged }
        if text.hasPrefix("local:"), text != "local:" {
            let port = decoder.port(scalar.part(text.dropFirst("local:".count)), of: .outcome)
            return port.map { .local($0) }
        }
        if text.hasPrefix(":"), let connection, let port = PortText.port(text.dropFirst()) {
            return switch connection.connection.destination {
            case .address(let address): .address(address, port)
            case .local: .local(port)
            }
        }
        if let endpoint = LooseEndpoint(scalar), case .none = endpoint.host,
            let port = endpoint.ports.flatMap({ PortText.port($0[...]) })
        {
            reportPortAlone(port, scalar)
            return nil
        }
        guard text.contains(where: { $0 == ":" || $0 == "." || $0.isNumber }), text != "local:"
        else {
            context.bag.error(
                .invalidOutcome,
                "\(text.quoted) is not an outcome of a connection",
                at: scalar.span,
                "expected \(Grammar.outcome.expectation)",
                help: Self.help(for: text)
            )
            return nil
        }
        guard let (address, port) = decoder.endpoint(scalar, .outcome), let port else { return nil }
        return hasFamily("the outcome", address, at: scalar.span) ? .address(address, port) : nil
    }

    /// The source, or `nil` if its text has errors.
    func source(_ scalar: Node.Scalar) -> PolicyTest.Source? {
        guard scalar.text.contains(where: { $0 == ":" || $0 == "." }) else {
            return context.read(scalar) { text throws(ValueProblem) in
                try WordText.boolean(text, otherwise: "or name the address: `192.0.2.1`")
                    ? .masqueraded : .kept
            }
        }
        let address = context.read(scalar) { text throws(ValueProblem) in
            try AddressText.address(text, for: .source)
        }
        guard let address, hasFamily("the source", address, at: scalar.span) else { return nil }
        return .address(address)
    }

    /// Which redirect decides, or `nil` if there is none of that name.
    func decider(_ scalar: Node.Scalar) -> PolicyTest.Decider? {
        guard let name = context.read(scalar, NameText.redirect) else { return nil }
        if name == "none" { return isNoneClear(at: scalar.span) ? .noRedirect : nil }
        if context.redirectNames[name] != nil { return .redirect(name) }
        // The redirect may be one that could not be read.
        guard !context.isIncomplete, !context.isNameRejected else { return nil }
        var meant: String?
        if context.suggestionsLeft > 0 {
            context.suggestionsLeft -= 1
            meant = Suggestion.nearest(to: name, among: context.redirectNamesToSuggest)
        }
        context.bag.error(
            .unknownName,
            "no redirect is called \(name.quoted)",
            at: scalar.span,
            "expected \(Grammar.decider.expectation)",
            help: meant.map { "did you mean `\($0)`?" }
                ?? "write `none` if no redirect should decide the connection"
        )
        return nil
    }

    /// Whether `none` can only mean that no redirect decides; reports a redirect of that name.
    private func isNoneClear(at span: SourceSpan) -> Bool {
        // A rollback must be able to read what another version accepted.
        guard let redirect = context.redirectNames["none"], !context.files.areKept else {
            return true
        }
        context.bag.error(
            .invalidName,
            "`none` could mean that no redirect decides, or the redirect of that name",
            at: span,
            "in a test, this is not the name of a redirect",
            related: [.init(redirect, "this redirect is called `none`")],
            help: "give the redirect another name"
        )
        return false
    }

    /// Whether an address has the family of the connection; reports one that has not.
    private func hasFamily(_ title: String, _ address: IPAddress, at span: SourceSpan) -> Bool {
        guard let connection, let sent = connection.connection.destinationAddress,
            sent.family != address.family
        else { return true }
        ConnectionDecoder(context: context).reportOtherFamily(
            (title, address, span),
            ("the connection", sent, connection.destination),
            help: "no redirect changes the family of a connection"
        )
        return false
    }

    /// Reports a port without an address, which is that of the connection if it stays the same.
    private func reportPortAlone(_ port: Port, _ scalar: Node.Scalar) {
        let sent = connection?.connection.destinationAddress
        context.bag.error(
            .invalidOutcome,
            "the outcome \(scalar.text.quoted) has no address",
            at: scalar.span,
            "expected an address before the port",
            help: "write `\(sent?.text(withPort: port) ?? "local:\(port)")`"
        )
    }

    private static func help(for text: String) -> String {
        if TemplateText.isTemplate(text) { return TemplateText.help }
        if Suggestion.nearest(to: text, among: ["masquerade", "masqueraded"]) != nil {
            return "write where it goes, and `masquerade: true` beside `expect`"
        }
        if text.hasPrefix("local") { return "name the port: `local:8080`" }
        let unchanged = ["unchanged", "bypass", "none", "same", "untouched"]
        return Suggestion.nearest(to: text, among: unchanged) != nil
            ? "did you mean `unchanged`?"
            : "name the place, such as `local:8080`; the redirect that decides belongs under `by`"
    }
}
