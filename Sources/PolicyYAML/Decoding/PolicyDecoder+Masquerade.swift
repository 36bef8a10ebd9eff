import Addressing
import Diagnostics
import PolicyModel

/// `masquerade`: whether redirected connections leave with an address of this machine.
extension PolicyDecoder {
    /// What was written; nothing for `false`.
    mutating func masquerade(_ redirect: Fields<RedirectKey>) -> Field<MasqueradeParts?> {
        guard let node = redirect[.masquerade], case .mapping = node else {
            return one(redirect, .masquerade) { $0.boolean($1) }
                .map { $0 ? MasqueradeParts(sources: .absent) : nil }
        }
        let title = MasqueradeKey.owner
        guard let fields = fields(of: node, MasqueradeKey.self, expecting: title) else {
            return .rejected
        }
        let sources = addressParts(several(fields, .from) { $0.addressItem($1, of: .source) })
        guard case .given = sources else { return .rejected }
        return .given(MasqueradeParts(sources: sources), node.head)
    }

    /// Reports a masquerade that no connection needs, or none can have; `families` is what match
    /// and target leave.
    mutating func checkMasquerade(_ redirect: RedirectParts, _ families: FamilyNarrowing?) {
        guard case .given(let masquerade?, let place) = redirect.masquerade else { return }
        if case .given(let decision, let decided) = redirect.decision {
            switch decision {
            case .bypass:
                bag.report(.masqueradeOfBypass(at: place, bypass: decided))
            case .target, .balance:
                let stays = decision.targets.allSatisfy(\.isThisMachine)
                if stays { bag.report(.masqueradeOfLocal(at: place, target: decided)) }
            }
        }
        guard let families, let match = redirect.match else { return }
        var narrowing = families
        if let conflict = narrowing.narrow(to: masquerade) {
            bag.report(conflict)
        } else {
            checkSources(of: masquerade, match.source.addresses)
        }
    }

    /// Only few are compared: many redirects can share lists of hundreds of thousands.
    private static let comparedRanges = 64

    private mutating func checkSources(
        of masquerade: MasqueradeParts,
        _ sources: Field<AddressParts>
    ) {
        guard case .given(let from, let place) = masquerade.sources, let clients = from.set,
            case .given(let match, let matched) = sources, let addresses = match.set,
            clients.rangeCount <= Self.comparedRanges, clients.isDisjoint(with: addresses)
        else { return }
        bag.report(.masqueradeOfOthers(at: place, match: matched))
    }
}

extension TargetParts {
    /// Whether connections to it never leave this machine.
    fileprivate var isThisMachine: Bool { local != nil || address.value?.isLoopback == true }
}

extension Diagnostic {
    fileprivate static func masqueradeOfBypass(
        at place: SourceSpan,
        bypass: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .masqueradeWithoutEffect,
            "connections that are left alone cannot be masqueraded",
            at: Label(place, "this is for connections that the redirect changes"),
            related: [Label(bypass, "it changes none")],
            help: "leave `masquerade` out"
        )
    }

    fileprivate static func masqueradeOfLocal(
        at place: SourceSpan,
        target: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .masqueradeWithoutEffect,
            "connections to this machine cannot be masqueraded",
            at: Label(place, "this is for connections that leave this machine again"),
            related: [Label(target, "these stay here")],
            help: "leave `masquerade` out; answers from this machine find their way back"
        )
    }

    fileprivate static func masqueradeOfOthers(
        at place: SourceSpan,
        match: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .masqueradeWithoutEffect,
            severity: .warning,
            "no connection of the redirect comes from the addresses that are masqueraded",
            at: Label(place, "none of these is in `match`"),
            related: [Label(match, "the redirect is about these")],
            help: "leave `masquerade` out, or name addresses of `match`"
        )
    }
}
