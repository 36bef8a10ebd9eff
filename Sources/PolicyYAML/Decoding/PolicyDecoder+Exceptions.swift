import Addressing
import Diagnostics
import PolicyModel

/// Whether the entries of `except` make sense, by themselves and beside their `match`.
extension PolicyDecoder {
    /// Reports entries that contradict themselves, and those that carve nothing out; `families`
    /// is what the redirect itself leaves.
    mutating func checkExceptions(
        _ exceptions: [MatchParts],
        of match: MatchParts,
        families: FamilyNarrowing
    ) {
        for exception in exceptions {
            checkProtocol(of: exception, match: match)
            var own = FamilyNarrowing()
            if let conflict = own.narrow(to: exception) {
                bag.report(conflict)
            } else if let own = own.result, let outer = families.result,
                own.family != outer.family
            {
                bag.report(
                    .otherFamily(own.family, at: own.span, outer.family, redirect: outer.span)
                )
            } else {
                checkOverlap(exception, match)
            }
        }
    }

    private mutating func checkProtocol(of exception: MatchParts, match: MatchParts) {
        // Where the match was rejected, what it passes on is not known.
        guard let any = exception.protocols.anyProtocol, let port = exception.port,
            any.span != nil || !match.protocols.isRejected
        else { return }
        bag.report(.protocolRequiredHere(port, any: any.span))
    }

    private mutating func checkOverlap(_ exception: MatchParts, _ match: MatchParts) {
        guard case .given(let own?, let span) = exception.protocols,
            case .given(let outer?, let outerSpan) = match.protocols, own.isDisjoint(with: outer)
        else { return }
        bag.report(.otherProtocol(at: span, match: outerSpan))
    }
}

extension MatchParts {
    /// An exception whose ports are those of the match's protocols, where it names ports and no
    /// protocol of its own.
    func inheriting(from match: MatchParts?) -> MatchParts {
        guard case .absent = protocols, port != nil, let match,
            case .given(.some, _) = match.protocols
        else { return self }
        return with(protocols: match.protocols)
    }
}

extension Diagnostic {
    fileprivate static func protocolRequiredHere(
        _ port: SourceSpan,
        any: SourceSpan?
    ) -> Diagnostic {
        Diagnostic(
            .protocolRequired,
            "a port in `except` needs a `protocol`",
            at: Label(port, "only tcp, udp and sctp have ports"),
            related: any.map { [Label($0, "this includes protocols without ports")] } ?? [],
            help: any == nil
                ? "add `protocol: tcp` here or to `match`"
                : "write `protocol: tcp`, or a list: `[tcp, udp]`"
        )
    }

    fileprivate static func otherFamily(
        _ own: IPFamily,
        at span: SourceSpan,
        _ outer: IPFamily,
        redirect: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .exceptionNeverApplies,
            severity: .warning,
            "the exception is \(own.title) and the redirect is \(outer.title)",
            at: Label(span, "only \(own.title)"),
            related: [Label(redirect, "only \(outer.title)")],
            help: "the exception never applies; remove it"
        )
    }

    fileprivate static func otherProtocol(at span: SourceSpan, match: SourceSpan) -> Diagnostic {
        Diagnostic(
            .exceptionNeverApplies,
            severity: .warning,
            "the exception is about a protocol that the redirect is not about",
            at: Label(span, "none of these is in `match`"),
            related: [Label(match, "the redirect is about these")],
            help: "the exception never applies; remove it"
        )
    }
}
