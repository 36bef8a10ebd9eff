import Addressing
import Diagnostics
import PolicyModel

/// The keys that name one target: those of `to`, and those of an entry of `targets`.
protocol TargetKeys: MappingKey {
    static var address: Self { get }
    static var port: Self { get }
    static var local: Self { get }

    /// Whether a range of ports is possible, to which the ports of the match are shifted.
    static var allowsShift: Bool { get }
}

extension TargetKey: TargetKeys {
    static let allowsShift = true
}

extension ShareKey: TargetKeys {
    static let allowsShift = false
}

/// Where redirected connections go, to one place.
extension PolicyDecoder {
    /// The target that a mapping names; nothing where it names none.
    mutating func target<Key: TargetKeys>(_ fields: Fields<Key>) -> Field<TargetParts> {
        let parts = TargetParts(
            address: one(fields, .address) { $0.targetAddress($1, for: .target) },
            ports: one(fields, .port) { $0.targetPorts($1, allowsShift: Key.allowsShift) },
            local: nil
        )
        let local = one(fields, .local) { $0.localPorts($1, allowsShift: Key.allowsShift) }
        if let local = fields.span(of: .local),
            let other = fields.span(of: .address) ?? fields.span(of: .port)
        {
            bag.report(.ambiguousTarget(local, other, ports: parts.ports.value))
            return .rejected
        }
        let span = fields.mapping.span
        switch (parts.address, parts.ports, local) {
        case (.rejected, _, _), (_, .rejected, _), (_, _, .rejected):
            return .rejected
        case (.absent, .absent, .absent):
            return .absent
        case (_, _, .given(let ports, let written)):
            let ports = ports.map { Field.given($0, written) } ?? .absent
            return .given(TargetParts(ports: ports, local: written), span)
        default:
            return .given(parts, span)
        }
    }

    /// One address, also by the name of a list that holds no other.
    mutating func targetAddress(_ scalar: Node.Scalar, for use: SingleUse) -> IPAddress? {
        guard DefinitionName.hasForm(scalar.text) else { return address(scalar, for: use) }
        guard refers(scalar, to: .addresses, as: .address) else { return nil }
        if let address = definitions.singleAddresses[scalar.text] { return address }
        bag.report(.listAsAddress(scalar, use))
        return nil
    }

    /// One port or one range, also by the name of a list that holds no other.
    private mutating func targetPorts(
        _ scalar: Node.Scalar,
        allowsShift: Bool
    ) -> ClosedRange<Port>? {
        guard DefinitionName.hasForm(scalar.text) else {
            return allowsShift ? portRange(scalar) : port(scalar, for: .share).map { $0...$0 }
        }
        guard refers(scalar, to: .ports, as: allowsShift ? .targetPort : .port) else { return nil }
        if let range = definitions.singleRanges[scalar.text], allowsShift || range.size == 1 {
            return range
        }
        bag.report(.listAsPorts(scalar, allowsShift: allowsShift))
        return nil
    }

    /// Ports of this machine; `true` is none, and keeps the port.
    private mutating func localPorts(
        _ scalar: Node.Scalar,
        allowsShift: Bool
    ) -> ClosedRange<Port>?? {
        switch scalar.text {
        case "true":
            return .some(nil)
        case "false":
            bag.report(.localFalse(scalar, allowsShift: allowsShift))
            return nil
        case _ where definitions.names[.ports] == nil || !DefinitionName.hasForm(scalar.text):
            guard scalar.text.utf8.contains(where: { Alphabet.digits.contains($0) }) else {
                bag.report(.notLocal(scalar, allowsShift: allowsShift))
                return nil
            }
            let range =
                allowsShift ? portRange(scalar) : port(scalar, for: .share).map { $0...$0 }
            return range.map { .some($0) }
        default:
            return targetPorts(scalar, allowsShift: allowsShift).map { .some($0) }
        }
    }
}

extension Diagnostic {
    fileprivate static func ambiguousTarget(
        _ local: SourceSpan,
        _ other: SourceSpan,
        ports: ClosedRange<Port>?
    ) -> Diagnostic {
        let (first, last) = local.start < other.start ? (local, other) : (other, local)
        return Diagnostic(
            .ambiguousTarget,
            "the target is this machine and something else at once",
            at: Label(last, "this names another target"),
            related: [Label(first, "this names one")],
            help: ports.map { "for this machine write `local: \(PortSet.text(of: $0))` alone" }
                ?? "keep `local`, or `address` and `port`"
        )
    }

    fileprivate static func localFalse(
        _ scalar: Node.Scalar,
        allowsShift: Bool
    ) -> Diagnostic {
        Diagnostic(
            .incompleteTarget,
            "`local: false` names no target",
            at: Label(scalar.span, expectedLocal(allowsShift)),
            help: "for another machine name its `address` instead of `local`"
        )
    }

    fileprivate static func listAsAddress(_ scalar: Node.Scalar, _ use: SingleUse) -> Diagnostic {
        Diagnostic(
            .invalidAddress,
            "the list \(scalar.text.quoted) holds more than one address",
            at: Label(scalar.span, "\(use.title) is one address"),
            help: use == .target
                ? "to share connections among several write `balance` and `targets`" : nil
        )
    }

    fileprivate static func listAsPorts(_ scalar: Node.Scalar, allowsShift: Bool) -> Diagnostic {
        Diagnostic(
            .invalidPort,
            allowsShift
                ? "the list \(scalar.text.quoted) is neither one port nor one range of ports"
                : "the list \(scalar.text.quoted) holds more than one port",
            at: Label(
                scalar.span,
                allowsShift ? "a target is one port, or one range" : "a target is one port here"
            )
        )
    }

    fileprivate static func notLocal(_ scalar: Node.Scalar, allowsShift: Bool) -> Diagnostic {
        Diagnostic(
            .invalidPort,
            "\(scalar.text.quoted) is not a port of this machine",
            at: Label(scalar.span, expectedLocal(allowsShift)),
            help: "for example `local: 8080`"
        )
    }

    private static func expectedLocal(_ allowsShift: Bool) -> String {
        "expected \((allowsShift ? Grammar.targetLocal : .localPort).expectation)"
    }
}
