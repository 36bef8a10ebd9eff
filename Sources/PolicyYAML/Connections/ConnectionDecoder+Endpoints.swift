import Addressing
import Diagnostics
import LocatedYAML

/// The use of an address with a port.
struct EndpointUse {
    /// How messages call it.
    let title: String

    /// The use of the address and the port, each by itself.
    let single: SingleUse

    /// The code of findings about its form.
    let code: DiagnosticCode

    let needsPort: Bool

    static let connection = EndpointUse(
        title: "a connection",
        single: .connection,
        code: .invalidConnection,
        needsPort: false
    )
    static let source = EndpointUse(
        title: "the source",
        single: .client,
        code: .invalidConnection,
        needsPort: false
    )
    static let destination = EndpointUse(
        title: "the destination",
        single: .connection,
        code: .invalidConnection,
        needsPort: true
    )
    static let outcome = EndpointUse(
        title: "the outcome",
        single: .connection,
        code: .invalidOutcome,
        needsPort: true
    )
}

extension ConnectionDecoder {
    /// The port at one end of a connection.
    func port(_ scalar: Node.Scalar, of use: EndpointUse) -> Port? {
        guard !isList(scalar, of: .ports, use) else { return nil }
        return context.read(scalar) { text throws(ValueProblem) in
            try PortText.port(text, for: use.single)
        }
    }

    /// Whether a word is the name of a list where a connection has one value; reports that.
    private func isList(
        _ word: Node.Scalar,
        of kind: DefinitionKind,
        _ use: EndpointUse
    ) -> Bool {
        guard context.definitions.state(of: word.text, kind) != .absent else { return false }
        context.definitions.use(word.text, kind)
        let (noun, code, one): (String, DiagnosticCode, String?) =
            switch kind {
            case .addresses:
                (
                    "address", .hostnameAsAddress,
                    context.definitions.addresses[word.text]?.ranges.first?.example
                        .map { "\($0)" }
                )
            case .interfaces:
                (
                    "interface", .invalidInterface,
                    context.definitions.interfaces[word.text]?.first { !$0.isPrefix }?.name
                )
            case .ports:
                (
                    "port", .invalidPort,
                    context.definitions.ports[word.text]?.ranges.first.map { "\($0.lowerBound)" }
                )
            }
        context.bag.error(
            code,
            "\(word.text.quoted) is a list of \(kind.rawValue), and \(use.title) has one \(noun)",
            at: word.span,
            "expected one \(noun)",
            help: "write one \(noun) of the list\(one.map { ", such as `\($0)`" } ?? ""); "
                + "a list can only stand in a redirect"
        )
        return true
    }

    /// One interface.
    func interface(_ word: Node.Scalar) -> String? {
        let list = context.definitions.interfaces[word.text] ?? []
        let isMember = list.contains(InterfacePattern(name: word.text, isPrefix: false))
        guard isMember || !isList(word, of: .interfaces, .connection) else { return nil }
        return context.read(word, ConnectionKey.interface)
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
        let address =
            isList(parts.address, of: .addresses, use)
            ? nil
            : context.read(parts.address) { text throws(ValueProblem) in
                try AddressText.address(text, for: use.single)
            }
        let port = parts.port.map { self.port($0, of: use) }
        guard let address, port == nil || port != .some(nil) else { return nil }
        let written = (port ?? nil).map { address.text(withPort: $0) } ?? "\(address)"
        if parts.hasBrackets, address.family == .ipv4 || port == nil && !use.needsPort {
            context.bag.error(
                use.code,
                "\(use.title) \(word.text.quoted) has needless brackets",
                at: word.span,
                "they separate an IPv6 address from a port",
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
                    "they belong around an IPv6 address, before the port"
                )
            case .noAddress: ("has no address", "expected an address before the port")
            case .noPort: ("has no port", "expected a port after the colon")
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
