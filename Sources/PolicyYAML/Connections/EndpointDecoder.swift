import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel

/// The use of an address with a port.
struct EndpointUse {
    /// How messages call it.
    let title: String

    /// The code of findings about its form.
    let code: DiagnosticCode

    let needsPort: Bool

    static let source = EndpointUse(
        title: "the source",
        code: .invalidConnection,
        needsPort: false
    )
    static let destination = EndpointUse(
        title: "the destination",
        code: .invalidConnection,
        needsPort: true
    )
    static let outcome = EndpointUse(
        title: "the outcome",
        code: .invalidOutcome,
        needsPort: true
    )
}

extension ConnectionDecoder {
    /// The port at one end of a connection.
    func port(_ scalar: Node.Scalar) -> Port? {
        context.read(scalar) { text throws(ValueProblem) in
            try PortText.port(text, for: .connection)
        }
    }

    /// An address and a port.
    func endpoint(
        _ word: Node.Scalar,
        _ use: EndpointUse
    ) -> (address: IPAddress, port: Port?)? {
        let parts: EndpointText.Parts
        do throws(EndpointText.Problem) {
            parts = try EndpointText.parts(of: word)
        } catch {
            report(error, word, use)
            return nil
        }
        let address = context.read(parts.address) { text throws(ValueProblem) in
            try AddressText.address(text, for: .connection)
        }
        let port = parts.port.map { self.port($0) }
        guard let address, port == nil || port != .some(nil) else { return nil }
        let written = (port ?? nil).map { address.text(withPort: $0) } ?? "\(address)"
        if parts.hasBrackets, address.family == .ipv4 || port == nil && !use.needsPort {
            context.bag.error(
                use.code,
                "\(use.title) \(word.text.quoted) has needless brackets",
                at: word.span,
                "they keep an IPv6 address and a port apart",
                help: "write `\(written)`"
            )
            return nil
        }
        if use.needsPort, port == nil {
            context.bag.error(
                use.code,
                "\(use.title) \(word.text.quoted) has no port",
                at: word.span,
                "expected an address and a port",
                help: "for example `\(EndpointText.endpoint(meantBy: word.text, address))`"
            )
            return nil
        }
        return (address, port ?? nil)
    }

    private func report(_ problem: EndpointText.Problem, _ word: Node.Scalar, _ use: EndpointUse) {
        let (reason, label) =
            switch problem {
            case .brackets:
                (
                    "has brackets in the wrong places",
                    "they stand around an IPv6 address, before the port"
                )
            case .noAddress: ("has no address", "expected an address before the port")
            case .noPort: ("has no port", "expected a port behind the colon")
            }
        context.bag.error(
            use.code,
            "\(use.title) \(word.text.quoted) \(reason)",
            at: word.span,
            label,
            help: "for example `192.0.2.10:80` or `[2001:db8::10]:80`"
        )
    }
}

/// Decodes what a connection becomes: `unchanged`, `local:80`, or an address and a port.
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
            return decoder.port(scalar.part(text.dropFirst("local:".count))).map { .local($0) }
        }
        guard text.contains(where: { $0 == ":" || $0 == "." || $0.isNumber }), text != "local:"
        else {
            context.bag.error(
                .invalidOutcome,
                "\(text.quoted) cannot become of a connection",
                at: scalar.span,
                "expected \(Grammar.outcome.expectation)",
                help: Self.help(for: text)
            )
            return nil
        }
        guard let (address, port) = decoder.endpoint(scalar, .outcome), let port else { return nil }
        guard let connection, let sent = connection.connection.destinationAddress,
            sent.family != address.family
        else { return .address(address, port) }
        decoder.reportOtherFamily(
            ("the outcome", address, scalar.span),
            ("the connection", sent, connection.destination),
            help: "no redirect changes the family of a connection"
        )
        return nil
    }

    private static func help(for text: String) -> String {
        if text.hasPrefix("local") { return "name the port: `local:8080`" }
        let unchanged = ["unchanged", "bypass", "none", "same", "untouched"]
        return Suggestion.nearest(to: text, among: unchanged) != nil
            ? "did you mean `unchanged`?" : "several that are possible stand in a list"
    }
}
