import Addressing
import Diagnostics
import PolicyModel

/// `to`: where a redirected connection goes.
extension PolicyDecoder {
    /// The target of a redirect, of exactly one form.
    mutating func target(_ redirect: Fields<RedirectKey>) -> Field<TargetParts> {
        switch mapping(redirect, .to, as: TargetKey.self) {
        case .absent: .absent
        case .rejected: .rejected
        case .given(let fields, let place): target(fields, at: place)
        }
    }

    private mutating func target(
        _ fields: Fields<TargetKey>,
        at place: SourceSpan
    ) -> Field<TargetParts> {
        let address = one(fields, .address) { $0.targetAddress($1) }
        let port = one(fields, .port) { $0.targetPort($1) }
        let local = one(fields, .local) { $0.localPort($1) }
        if let local = fields.place(of: .local),
            let other = fields.place(of: .address) ?? fields.place(of: .port)
        {
            bag.report(.ambiguousTarget(local, other, port: port.value))
            return .rejected
        }
        switch (address, port, local) {
        case (.rejected, _, _), (_, .rejected, _), (_, _, .rejected):
            return .rejected
        case (_, _, .given(let port, let span)):
            let used = port == nil ? nil : span
            return .given(
                TargetParts(target: .local(port: port.map { .one($0) }), port: used),
                place
            )
        case (.given(let address, let span), _, _):
            let target = Target.address(address, port: port.value.map { .one($0) })
            return .given(TargetParts(target: target, address: span, port: port.place), place)
        case (_, .given(let port, let span), _):
            return .given(TargetParts(target: .port(.one(port)), port: span), place)
        case (.absent, .absent, .absent):
            // A key that is none has been reported, and is what was meant.
            if fields.mapping.entries.isEmpty { bag.report(.emptyTarget(at: place)) }
            return .rejected
        }
    }

    /// One address, also by the name of a list that holds no other.
    private mutating func targetAddress(_ scalar: Node.Scalar) -> IPAddress? {
        guard DefinitionName.hasForm(scalar.text) else { return address(scalar) }
        guard refers(scalar, to: .addresses, as: .address) else { return nil }
        if let address = definitions.singleAddresses[scalar.text] { return address }
        bag.report(.listAsTarget(scalar, .addresses))
        return nil
    }

    /// One port, also by the name of a list that holds no other.
    private mutating func targetPort(_ scalar: Node.Scalar) -> Port? {
        guard DefinitionName.hasForm(scalar.text) else { return port(scalar) }
        guard refers(scalar, to: .ports, as: .port) else { return nil }
        if let port = definitions.singlePorts[scalar.text] { return port }
        bag.report(.listAsTarget(scalar, .ports))
        return nil
    }

    /// A port of this machine; `true` is none, and keeps the port.
    private mutating func localPort(_ scalar: Node.Scalar) -> Port?? {
        switch scalar.text {
        case "true":
            return .some(nil)
        case "false":
            bag.report(.localFalse(scalar))
            return nil
        case _ where definitions.names[.ports] != nil && DefinitionName.hasForm(scalar.text):
            return targetPort(scalar).map { .some($0) }
        case _ where scalar.text.utf8.allSatisfy { !Alphabet.digits.contains($0) }:
            bag.report(.notLocal(scalar))
            return nil
        default:
            return port(scalar).map { .some($0) }
        }
    }
}

extension Diagnostic {
    fileprivate static func ambiguousTarget(
        _ local: SourceSpan,
        _ other: SourceSpan,
        port: Port?
    ) -> Diagnostic {
        Diagnostic(
            .ambiguousTarget,
            "the target is this machine and something else at once",
            at: Label(max(local, other), "this names another target"),
            related: [Label(min(local, other), "this names one")],
            help: port.map { "for this machine write `to: {local: \($0)}`" }
                ?? "keep `local`, or `address` and `port`"
        )
    }

    fileprivate static func emptyTarget(at place: SourceSpan) -> Diagnostic {
        Diagnostic(
            .incompleteTarget,
            "the target says nothing",
            at: Label(place, "expected `port`, `address`, both, or `local`"),
            help: "`{port: 8080}` changes the port, `{address: 192.0.2.10}` the address, "
                + "`{local: 8080}` goes to this machine"
        )
    }

    fileprivate static func localFalse(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .incompleteTarget,
            "`local: false` names no target",
            at: Label(scalar.span, "expected a port, or `true` to keep the port"),
            help: "for another machine name its `address` instead of `local`"
        )
    }

    fileprivate static func listAsTarget(
        _ scalar: Node.Scalar,
        _ kind: DefinitionKind
    ) -> Diagnostic {
        let noun = kind.use.rawValue
        return Diagnostic(
            kind == .addresses ? .invalidAddress : .invalidPort,
            "the list \(scalar.text.quoted) holds more than one \(noun)",
            at: Label(scalar.span, "a target is one \(noun)"),
            help: "every connection that matches goes to the same \(noun)"
        )
    }

    fileprivate static func notLocal(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .invalidPort,
            "\(scalar.text.quoted) is not a port of this machine",
            at: Label(scalar.span, "expected a port, or `true` to keep the port"),
            help: "for example `local: 8080`"
        )
    }
}

private func max(_ left: SourceSpan, _ right: SourceSpan) -> SourceSpan {
    left.start < right.start ? right : left
}

private func min(_ left: SourceSpan, _ right: SourceSpan) -> SourceSpan {
    left.start < right.start ? left : right
}
