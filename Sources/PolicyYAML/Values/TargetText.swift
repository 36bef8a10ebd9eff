import Addressing
import Diagnostics
import LocatedYAML

/// Decodes a target in one text, as plans print it: `10.2.0.2:22`, `[2001:db8::10]:80`, `:8080`,
/// `local:8080`, `10.0.0.5:5000-5999`, `10.0.1.0/24`.
struct TargetTextDecoder {
    let context: DecodingContext

    /// The parts of such a text.
    private enum Form {
        case local(ports: Node.Scalar?)
        case port(Node.Scalar)
        case address(Node.Scalar, ports: Node.Scalar?)
    }

    /// The target, or `nil` if its text has errors.
    func target(_ scalar: Node.Scalar) -> TargetParts? {
        if EndpointText.canEndInPort(scalar.text) {
            let readings = ConnectionPatternDecoder.bracketed(scalar.text)
            context.bag.error(
                .invalidTarget,
                "\(scalar.text.quoted) may end in a port or not",
                at: scalar.span,
                "brackets say where the address ends",
                help: readings.map { "write `to: \"\($0)\"`" }.joined(by: "or")
            )
            return nil
        }
        guard let form = form(of: scalar) else {
            report(scalar)
            return nil
        }
        var target = TargetParts(isText: true)
        let values = SingleValueDecoder(context: context)
        func given<Value>(_ value: Value?, _ part: Node.Scalar) -> Decoded<Value> {
            value.map { .given($0, part.span) } ?? .rejected
        }
        func ports(_ part: Node.Scalar?) -> Decoded<ClosedRange<Port>> {
            part.map { given(values.ports($0, for: .target), $0) } ?? .absent
        }
        switch form {
        case .local(let part):
            target.local = scalar.span
            target.ports = ports(part)
        case .port(let part):
            target.ports = ports(part)
        case .address(let address, let part):
            target.address = given(values.targetAddress(address), address)
            target.ports = ports(part)
        }
        return target.address.isRejected || target.ports.isRejected ? nil : target
    }

    /// The parts of a text, or `nil` if it is not of this form, or more likely means another one.
    private func form(of scalar: Node.Scalar) -> Form? {
        let text = scalar.text
        if text == "local" { return .local(ports: nil) }
        for (prefix, isLocal) in [("local:", true), (":", false)]
        where text.hasPrefix(prefix) && !text.hasPrefix("::") {
            let rest = text.dropFirst(prefix.count)
            guard canBePort(rest) else { return nil }
            return isLocal ? .local(ports: scalar.part(rest)) : .port(scalar.part(rest))
        }
        guard let parts = try? EndpointText.parts(of: scalar),
            !parts.hasBrackets || parts.address.text.contains(":"),
            canBeAddress(parts.address.text), parts.port.map({ canBePort($0.text[...]) }) ?? true
        else { return nil }
        return .address(parts.address, ports: parts.port)
    }

    /// Whether a text is a port, a range, or looks like either or the name of a list.
    private func canBePort(_ text: Substring) -> Bool {
        if text.utf8.first.map({ Alphabet.digits.contains($0) }) == true { return true }
        let name = String(text)
        return ListName.hasForm(name)
            && (PortText.service(name) == nil
                || context.definitions.state(of: name, .ports) != .absent)
    }

    /// Whether a text is an address, looks like one, or can be the name of a list.
    private func canBeAddress(_ text: String) -> Bool {
        if ListName.hasForm(text) {
            let means = LooseEndpoint.wordsForThisMachine + TargetKey.wordsForNoTarget
            return !means.contains(text)
                || context.definitions.state(of: text, .addresses) != .absent
        }
        if let range = try? AddressText.range(text) { return range.bits != 0...0 }
        return text.contains { $0 == "." || $0 == ":" } && !text.contains(" ")
            && !text.contains("://")
    }

    private func report(_ scalar: Node.Scalar) {
        context.bag.error(
            .invalidTarget,
            "\(scalar.text.quoted) is not a target",
            at: scalar.span,
            "expected \(Grammar.target.expectation)",
            help: TargetKey.meant(by: .scalar(scalar))?.help(for: "to")
                ?? "for example `to: \"192.0.2.10:8080\"`"
        )
    }
}
