import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel

/// Checks that the parts of a redirect make sense together.
///
/// A part that was rejected is not used: what follows from a mistake is not reported beside it.
struct RedirectChecks {
    let context: DecodingContext

    /// Reports what contradicts itself or can never work.
    func check(_ redirect: RedirectParts) {
        if let match = redirect.match { checkDirection(redirect.directions, match) }
        for exception in redirect.exceptions { checkDirection(redirect.directions, exception) }
        let decision = redirect.decision.value
        var families: FamilyNarrowing?
        if let match = redirect.match {
            checkProtocol(match, decision)
            let left = checkFamilies(match, decision)
            ExceptionChecks(context: context).check(redirect.exceptions, match, left)
            families = left
        }
        MasqueradeChecks(context: context).check(redirect, families)
        let reachability = ReachabilityChecks(context: context)
        reachability.check(decision?.targets ?? [], redirect.directions.value ?? [])
        reachability.checkLoopback(redirect)
    }

    /// Reports keys of a process in a redirect that is also about inbound connections.
    private func checkDirection(_ directions: Decoded<[Direction]>, _ match: MatchParts) {
        guard case .given(let values, let span) = directions, values.contains(.inbound) else {
            return
        }
        let isMixed = values.contains(.outbound)
        for written in match.processKeys {
            let key = written.key.rawValue
            context.bag.error(
                .userOnInbound,
                "a connection from outside has no `\(key)`",
                at: written.span,
                "only outbound connections belong to a process here",
                related: [.init(span, "this is about inbound connections")],
                help: isMixed
                    ? "write a redirect for each direction, the inbound one without `\(key)`"
                    : "leave `\(key)` out, or write `\(match.isText ? "" : "direction: ")outbound`"
            )
        }
    }

    /// Reports a port without a protocol that has ports.
    private func checkProtocol(_ match: MatchParts, _ decision: DecisionParts?) {
        guard match.isAnyProtocol,
            let port = match.port ?? decision?.targets.lazy.compactMap(\.ports.span).first
        else { return }
        let any = match.protocols.span
        let addition =
            match.span != nil ? "`protocol: tcp` to `match`" : "`match: {protocol: tcp}`"
        context.bag.error(
            .protocolRequired,
            "a port needs a `protocol`",
            at: port,
            "only tcp, udp and sctp have ports",
            related: any.map { [.init($0, "this includes protocols without ports")] } ?? [],
            help: match.isText
                ? "write `tcp` or `tcp,udp` in place of `any`"
                : any == nil
                    ? "add \(addition); a protocol that is left out means any"
                    : "write `protocol: tcp`, or a list: `[tcp, udp]`"
        )
    }

    /// Reports families that have nothing in common; returns what match and target leave.
    private func checkFamilies(_ match: MatchParts, _ decision: DecisionParts?) -> FamilyNarrowing {
        var narrowing = FamilyNarrowing()
        if let conflict = narrowing.narrow(to: match) {
            context.bag.report(conflict)
            return narrowing
        }
        let outer = narrowing.result
        if let conflict = narrowing.narrow(to: decision) {
            context.bag.report(conflict)
        } else if let outer, case .balance(let balance) = decision {
            for share in balance.shares { checkUse(of: share, outer) }
        }
        return narrowing
    }

    private func checkUse(
        of share: BalanceParts.Share,
        _ outer: (family: IPFamily, span: SourceSpan)
    ) {
        guard case .given(let address, let span) = share.target.address,
            address.family != outer.family
        else { return }
        context.bag.warning(
            .targetNeverUsed,
            "the target `\(address)` gets no connection",
            at: span,
            "only \(address.family.title)",
            related: [.init(outer.span, "only \(outer.family.title)")],
            help: "the other targets share all connections; remove this one"
        )
    }
}

/// Checks that the entries of `except` make sense, by themselves and with their `match`.
struct ExceptionChecks {
    let context: DecodingContext

    /// Reports entries that contradict themselves, and those that never apply; `families` is what
    /// the redirect itself leaves.
    func check(_ exceptions: [MatchParts], _ match: MatchParts, _ families: FamilyNarrowing) {
        for exception in exceptions {
            checkProtocol(of: exception, match)
            var own = FamilyNarrowing()
            if let conflict = own.narrow(to: exception) {
                context.bag.report(conflict)
            } else if let own = own.result, let outer = families.result,
                own.family != outer.family
            {
                context.bag.warning(
                    .exceptionNeverApplies,
                    "the exception is \(own.family.title) and the redirect is "
                        + outer.family.title,
                    at: own.span,
                    "only \(own.family.title)",
                    related: [.init(outer.span, "only \(outer.family.title)")],
                    help: "the exception never applies; remove it"
                )
            } else {
                checkOverlap(exception, match)
            }
        }
    }

    private func checkProtocol(of exception: MatchParts, _ match: MatchParts) {
        let any = exception.protocols.span
        // If the protocols of the match were rejected, those of the exception are not known.
        guard exception.isAnyProtocol, let port = exception.port,
            any != nil || !match.protocols.isRejected
        else { return }
        context.bag.error(
            .protocolRequired,
            "a port in `except` needs a `protocol`",
            at: port,
            "only tcp, udp and sctp have ports",
            related: any.map { [.init($0, "this includes protocols without ports")] } ?? [],
            help: any == nil
                ? "add `protocol: tcp` here or to `match`"
                : "write `protocol: tcp`, or a list: `[tcp, udp]`"
        )
    }

    private func checkOverlap(_ exception: MatchParts, _ match: MatchParts) {
        guard case .given(let own?, let span) = exception.protocols,
            case .given(let outer?, let outerSpan) = match.protocols, own.isDisjoint(with: outer)
        else { return }
        context.bag.warning(
            .exceptionNeverApplies,
            "the exception is about a protocol that the redirect is not about",
            at: span,
            "none of these is in `match`",
            related: [.init(outerSpan, "the redirect is about these")],
            help: "the exception never applies; remove it"
        )
    }
}
