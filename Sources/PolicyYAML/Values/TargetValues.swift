import Addressing
import Diagnostics
import LocatedYAML

/// Decodes `address`, `port` and `local` of a target.
struct TargetValueDecoder {
    private let value: KeyValue
    private var context: DecodingContext { value.context }

    init(_ value: KeyValue) { self.value = value }

    /// One address, or the name of a list of one address.
    func address(for use: SingleUse) -> Decoded<IPAddress> {
        value.oneScalar { SingleValueDecoder(context: context).address($0, for: use) }
    }

    /// One address or one prefix, or the name of a list of one address.
    func targetAddress() -> Decoded<TargetAddress> {
        value.oneScalar(SingleValueDecoder(context: context).targetAddress)
    }

    /// One port or, for a target, a range of ports; or the name of a list of one.
    func ports(for use: SingleUse) -> Decoded<ClosedRange<Port>> {
        value.oneScalar { SingleValueDecoder(context: context).ports($0, for: use) }
    }

    /// Ports of this machine; `nil` for `true`, which keeps the port.
    func local(for use: SingleUse) -> Decoded<ClosedRange<Port>?> {
        value.oneScalar { localPorts($0, for: use) }
    }

    private func localPorts(_ scalar: Node.Scalar, for use: SingleUse) -> ClosedRange<Port>?? {
        switch scalar.text {
        case "true":
            return .some(nil)
        case "false":
            context.bag.error(
                .incompleteTarget,
                "`local: false` names no target",
                at: scalar.span,
                value.shape.expectation,
                help: "for another machine name its `address` instead of `local`"
            )
            return nil
        default:
            let canBeList =
                context.definitions.names[.ports] != nil && ListName.hasForm(scalar.text)
            if let endpoint = LooseEndpoint(scalar), scalar.text.contains(":"),
                let ports = endpoint.ports, endpoint.mayBeThisMachine
            {
                reportLocal(scalar, help: "write `local: \(ports)`")
                return nil
            }
            guard canBeList || scalar.text.utf8.contains(where: Alphabet.digits.contains) else {
                let service = PortText.service(scalar.text)
                reportLocal(scalar, help: service.map { "write `local: \($0)`" })
                return nil
            }
            let decoder = SingleValueDecoder(context: context)
            let ports =
                canBeList
                ? decoder.ports(scalar, for: use) : decoder.portsInDigits(scalar, for: use)
            return ports.map { .some($0) }
        }
    }
}

extension TargetValueDecoder {
    private func reportLocal(_ scalar: Node.Scalar, help: String?) {
        context.bag.error(
            .invalidPort,
            "\(scalar.text.quoted) is not a port of this machine",
            at: scalar.span,
            value.shape.expectation,
            help: help ?? "for example `local: 8080`"
        )
    }
}

/// Decodes a single address, or the ports of a target.
struct SingleValueDecoder {
    let context: DecodingContext

    /// One address, or the name of a list of one address.
    func address(_ scalar: Node.Scalar, for use: SingleUse) -> IPAddress? {
        guard ListName.hasForm(scalar.text) else {
            return context.read(scalar) { text throws(ValueProblem) in
                try AddressText.address(text, for: use)
            }
        }
        let references = ListReferenceDecoder(context: context)
        guard
            references.refers(
                scalar,
                to: .addresses,
                as: use == .target ? .targetAddress : .address
            )
        else { return nil }
        if let address = context.definitions.singleAddresses[scalar.text] { return address }
        context.bag.error(
            .invalidAddress,
            "the list \(scalar.text.quoted) contains more than one address",
            at: scalar.span,
            "\(use.title) is one address",
            help: use.adviceOnSeveral()
        )
        return nil
    }

    /// One address or one prefix, or the name of a list of one address.
    func targetAddress(_ scalar: Node.Scalar) -> TargetAddress? {
        guard ListName.hasForm(scalar.text) else {
            return context.read(scalar) { text throws(ValueProblem) in
                try AddressText.target(text)
            }
        }
        return address(scalar, for: .target).map { .one($0) }
    }

    /// One port or, for a target, a range of ports; or the name of a list of one.
    func ports(_ scalar: Node.Scalar, for use: SingleUse) -> ClosedRange<Port>? {
        guard ListName.hasForm(scalar.text) else { return portsInDigits(scalar, for: use) }
        let allowsRange = use == .target
        let references = ListReferenceDecoder(context: context)
        guard references.refers(scalar, to: .ports, as: allowsRange ? .targetPort : .port) else {
            return nil
        }
        if let range = context.definitions.singleRanges[scalar.text], allowsRange || range.size == 1
        {
            return range
        }
        context.bag.error(
            .invalidPort,
            allowsRange
                ? "the list \(scalar.text.quoted) is neither one port nor one range of ports"
                : "the list \(scalar.text.quoted) contains more than one port",
            at: scalar.span,
            allowsRange ? "a target is one port, or one range" : "a target is one port here"
        )
        return nil
    }

    fileprivate func portsInDigits(
        _ scalar: Node.Scalar,
        for use: SingleUse
    ) -> ClosedRange<Port>? {
        context.read(scalar) { text throws(ValueProblem) in
            if use == .target { return try PortText.range(text) }
            let port = try PortText.port(text, for: use)
            return port...port
        }
    }
}
