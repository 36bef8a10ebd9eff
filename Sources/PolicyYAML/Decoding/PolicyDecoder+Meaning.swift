import Addressing
import Diagnostics
import PolicyModel

/// Whether the parts of a redirect make sense together.
///
/// A part that was rejected is not used: what follows from a mistake is not reported beside it.
extension PolicyDecoder {
    /// Reports what contradicts itself or can never work.
    mutating func checkMeaning(_ redirect: RedirectParts) {
        if let match = redirect.match { checkDirection(redirect.directions, match) }
        for exception in redirect.exceptions { checkDirection(redirect.directions, exception) }
        let decision = redirect.decision.value
        var families: FamilyNarrowing?
        if let match = redirect.match {
            checkProtocol(match, decision)
            let left = checkFamilies(match, decision)
            checkExceptions(redirect.exceptions, of: match, families: left)
            families = left
        }
        checkMasquerade(redirect, families)
        checkReachable(decision?.targets ?? [], redirect.directions.value ?? [])
        checkLoopback(redirect)
    }

    private mutating func checkDirection(_ directions: Field<[Direction]>, _ match: MatchParts) {
        guard case .given(let values, let span) = directions, values.contains(.inbound) else {
            return
        }
        let isMixed = values.contains(.outbound)
        for (key, written) in match.processKeys {
            bag.report(.userOnInbound(key, at: written, direction: span, isMixed: isMixed))
        }
    }

    private mutating func checkProtocol(_ match: MatchParts, _ decision: DecisionParts?) {
        guard let any = match.protocols.anyProtocol,
            let port = match.port ?? decision?.targets.lazy.compactMap(\.ports.span).first
        else { return }
        bag.report(.protocolRequired(port, any: any.span, hasMatch: match.span != nil))
    }

    private mutating func checkFamilies(
        _ match: MatchParts,
        _ decision: DecisionParts?
    ) -> FamilyNarrowing {
        var narrowing = FamilyNarrowing()
        if let conflict = narrowing.narrow(to: match) {
            bag.report(conflict)
            return narrowing
        }
        let outer = narrowing.result
        if let conflict = narrowing.narrow(to: decision) {
            bag.report(conflict)
        } else if let outer, case .balance(let balance) = decision {
            for share in balance.shares {
                guard case .given(let address, let span) = share.target.address,
                    address.family != outer.family
                else { continue }
                bag.report(.targetNeverUsed(address, at: span, outer.family, match: outer.span))
            }
        }
        return narrowing
    }
}

extension Diagnostic {
    fileprivate static func userOnInbound(
        _ key: MatchKey,
        at span: SourceSpan,
        direction: SourceSpan,
        isMixed: Bool
    ) -> Diagnostic {
        Diagnostic(
            .userOnInbound,
            "a connection from outside has no `\(key.rawValue)`",
            at: Label(span, "only outbound connections belong to a process here"),
            related: [Label(direction, "this is about inbound connections")],
            help: isMixed
                ? "write a redirect for each direction, the inbound one without `\(key.rawValue)`"
                : "leave `\(key.rawValue)` out, or write `direction: outbound`"
        )
    }

    fileprivate static func protocolRequired(
        _ port: SourceSpan,
        any: SourceSpan?,
        hasMatch: Bool
    ) -> Diagnostic {
        let addition = hasMatch ? "`protocol: tcp` to `match`" : "`match: {protocol: tcp}`"
        return Diagnostic(
            .protocolRequired,
            "a port needs a `protocol`",
            at: Label(port, "only tcp, udp and sctp have ports"),
            related: any.map { [Label($0, "this includes protocols without ports")] } ?? [],
            help: any == nil
                ? "add \(addition); a protocol that is left out means any"
                : "write `protocol: tcp`, or a list: `[tcp, udp]`"
        )
    }

    fileprivate static func targetNeverUsed(
        _ address: IPAddress,
        at span: SourceSpan,
        _ family: IPFamily,
        match: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .targetNeverUsed,
            severity: .warning,
            "the target `\(address)` gets no connection",
            at: Label(span, "only \(address.family.title)"),
            related: [Label(match, "only \(family.title)")],
            help: "the other targets share all connections; remove this one"
        )
    }
}
