import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel

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
                "\(text.quoted) is not an outcome of a connection",
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
            ? "did you mean `unchanged`?" : "write several possible outcomes as a list"
    }
}
