import Addressing
import Diagnostics
import PolicyModel

/// `masquerade`: whether redirected connections leave with another source address.
extension PolicyDecoder {
    /// What was written; nothing for `false`.
    mutating func masquerade(_ redirect: Fields<RedirectKey>) -> Field<MasqueradeParts?> {
        guard let node = redirect[.masquerade], case .mapping = node else {
            return one(redirect, .masquerade) { decoder, scalar in
                let address = IPAddress(scalar.text) == nil ? "ADDRESS" : scalar.text
                return decoder.boolean(
                    scalar,
                    otherwise: "for a source of choice write `masquerade: {to: \(address)}`"
                )
            }
            .map { $0 ? MasqueradeParts(clients: .absent, addresses: .absent) : nil }
        }
        let title = MasqueradeKey.owner
        guard let fields = fields(of: node, MasqueradeKey.self, expecting: title) else {
            return .rejected
        }
        guard !fields.mapping.entries.isEmpty else {
            bag.report(.emptyMasquerade(at: fields.mapping.span))
            return .rejected
        }
        let clients =
            fields.contains(.from)
            ? addressParts(several(fields, .from) { $0.addressItem($1, of: .source) }) : .absent
        let addresses = several(fields, .to) { decoder, scalar -> PlacedAddress? in
            guard !["local", "any", "true"].contains(scalar.text) else {
                decoder.bag.report(.wordAsSource(scalar))
                return nil
            }
            return decoder.targetAddress(scalar, for: .source).map {
                PlacedAddress($0, scalar.span)
            }
        }
        if clients.isRejected || addresses.isRejected || !areValidSources(addresses.value ?? []) {
            return .rejected
        }
        return .given(MasqueradeParts(clients: clients, addresses: addresses), node.head)
    }

    /// Whether packets can bear these addresses as their source, and no two are of one family.
    private mutating func areValidSources(_ addresses: [PlacedAddress]) -> Bool {
        var firsts: [IPFamily: SourceSpan] = [:]
        var areAll = true
        var known: Set<PlacedAddress> = []
        // The same one twice has been reported as such.
        for placed in addresses where known.insert(placed).inserted {
            let reason =
                placed.address.isLoopback
                ? "it is only for this machine itself" : placed.address.reasonAgainstEnd
            if let reason {
                bag.report(.impossibleSource(placed.address, reason, at: placed.span))
                areAll = false
            } else if let first = firsts.updateValue(placed.span, forKey: placed.address.family) {
                bag.report(.secondSource(placed, first: first))
                areAll = false
            }
        }
        return areAll
    }

    /// Takes note of a source that connections get, and reports it if there is no label left for it.
    mutating func noteSource(_ parts: MasqueradeParts, at span: SourceSpan) {
        let source = parts.masquerade.source
        guard source != .interface, sources.insert(source).inserted else { return }
        let most = Int(labels.upperBound.bit - labels.lowerBound.bit)
        if sources.count == most + 1 { bag.report(.tooManySources(most, labels, at: span)) }
    }

    /// Reports a masquerade that no connection needs, or none can have; `families` is what match
    /// and target leave.
    mutating func checkMasquerade(_ redirect: RedirectParts, _ families: FamilyNarrowing?) {
        guard case .given(let masquerade?, let span) = redirect.masquerade else { return }
        if case .given(let decision, let decided) = redirect.decision {
            switch decision {
            case .bypass:
                return bag.report(.masqueradeOfBypass(at: span, bypass: decided))
            case .target, .balance:
                guard !decision.targets.allSatisfy(\.isThisMachine) else {
                    return bag.report(.masqueradeOfLocal(at: span, target: decided))
                }
            }
        }
        guard let families, let match = redirect.match else { return }
        var narrowing = families
        if let conflict = narrowing.narrow(to: masquerade) {
            bag.report(conflict)
        } else {
            checkClients(of: masquerade, match.source.addresses)
            checkAddresses(of: masquerade, among: narrowing)
        }
        noteSource(masquerade, at: span)
    }

    /// Reports a family whose connections would get no address, and an address that none would get.
    private mutating func checkAddresses(
        of masquerade: MasqueradeParts,
        among families: FamilyNarrowing
    ) {
        guard case .given(let addresses, let span) = masquerade.addresses else { return }
        let possible = families.result.map { [$0.family] } ?? IPFamily.allCases
        let missing = possible.filter { family in
            !addresses.contains { $0.address.family == family }
        }
        for family in missing {
            bag.report(.familyWithoutSource(family, at: span, because: families.result?.span))
        }
        guard missing.isEmpty else { return }
        for placed in addresses where !possible.contains(placed.address.family) {
            bag.report(.sourceNeverUsed(placed, because: families.result?.span))
        }
    }

    /// Only few are compared: many redirects can share lists of hundreds of thousands.
    private static let comparedRanges = 64

    private mutating func checkClients(
        of masquerade: MasqueradeParts,
        _ sources: Field<AddressParts>
    ) {
        guard case .given(let from, let span) = masquerade.clients, let clients = from.set,
            case .given(let match, let matched) = sources, let addresses = match.set,
            clients.rangeCount <= Self.comparedRanges, clients.isDisjoint(with: addresses)
        else { return }
        bag.report(.masqueradeOfOthers(at: span, match: matched))
    }
}

extension ClosedRange<ConnectionLabel> {
    fileprivate var text: String {
        lowerBound == upperBound ? "\(lowerBound)" : "\(lowerBound)-\(upperBound)"
    }

    /// About twice as many labels; `nil` if these are all that there are.
    fileprivate var wider: Self? {
        let (first, last) = (Int(lowerBound.bit), Int(upperBound.bit))
        let size = Swift.max(8, 2 * (last - first + 1))
        let lower = Swift.max(0, last - size + 1)
        let upper = Swift.min(127, lower + size - 1)
        guard lower < first || upper > last, let least = ConnectionLabel(bit: UInt8(lower)),
            let most = ConnectionLabel(bit: UInt8(upper))
        else { return nil }
        return least...most
    }
}

extension TargetParts {
    /// Whether connections to it never leave this machine.
    fileprivate var isThisMachine: Bool { local != nil || address.value?.isLoopback == true }
}

extension Diagnostic {
    fileprivate static func emptyMasquerade(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .missingKey,
            "`masquerade` says nothing",
            at: Label(span, "expected `from`, `to`, or both"),
            help: "`masquerade: true` is for all clients, with the address of the interface"
        )
    }

    fileprivate static func impossibleSource(
        _ address: IPAddress,
        _ reason: String,
        at span: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .invalidAddress,
            "no packet can have `\(address)` as its source",
            at: Label(span, reason),
            help: "name an address whose answers come back to this machine"
        )
    }

    fileprivate static func wordAsSource(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .invalidAddress,
            "\(scalar.text.quoted) is no address that packets can have as their source",
            at: Label(scalar.span, "expected an address"),
            help: "`masquerade: true` takes the address of the interface"
        )
    }

    fileprivate static func secondSource(_ placed: PlacedAddress, first: SourceSpan) -> Diagnostic {
        let family = placed.address.family.title
        return Diagnostic(
            .duplicateValue,
            "there are two \(family) addresses for the source of one connection",
            at: Label(placed.span, "a second one"),
            related: [Label(first, "the first \(family) address")],
            help: "keep one; for other clients write a redirect of its own"
        )
    }

    fileprivate static func familyWithoutSource(
        _ family: IPFamily,
        at span: SourceSpan,
        because cause: SourceSpan?
    ) -> Diagnostic {
        Diagnostic(
            .familyConflict,
            "connections of the redirect can be \(family.title), and `masquerade` has no "
                + "\(family.title) address",
            at: Label(span, "an \(family.title) address is missing"),
            related: cause.map { [Label($0, "only \(family.title)")] } ?? [],
            help: cause == nil
                ? "add one, or narrow `match` with `family: \(family.other.rawValue)`"
                : "name an \(family.title) address"
        )
    }

    fileprivate static func sourceNeverUsed(
        _ placed: PlacedAddress,
        because cause: SourceSpan?
    ) -> Diagnostic {
        Diagnostic(
            .masqueradeWithoutEffect,
            severity: .warning,
            "no connection of the redirect is \(placed.address.family.title)",
            at: Label(placed.span, "so none gets this source"),
            related: cause.map { [Label($0, "only \(placed.address.family.other.title)")] } ?? [],
            help: "leave it out"
        )
    }

    fileprivate static func tooManySources(
        _ most: Int,
        _ labels: ClosedRange<ConnectionLabel>,
        at span: SourceSpan
    ) -> Diagnostic {
        let room = most == 0 ? "none" : "\(most)"
        return Diagnostic(
            .tooManySources,
            "the policy chooses more sources than it has labels for",
            at: Label(span, "there is no label left for this one"),
            help: "each chosen source takes a bit, and the first bit is for the interface's own "
                + "address, so `labels: \(labels.text)` has room for \(room)"
                + (labels.wider.map { ": give `settings` more, such as `labels: \($0.text)`" } ?? "")
        )
    }

    fileprivate static func masqueradeOfBypass(
        at span: SourceSpan,
        bypass: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .masqueradeWithoutEffect,
            "connections that are left alone cannot be masqueraded",
            at: Label(span, "this is for connections that the redirect changes"),
            related: [Label(bypass, "it changes none")],
            help: "leave `masquerade` out"
        )
    }

    fileprivate static func masqueradeOfLocal(
        at span: SourceSpan,
        target: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .masqueradeWithoutEffect,
            "connections to this machine cannot be masqueraded",
            at: Label(span, "this is for connections that leave this machine again"),
            related: [Label(target, "these stay here")],
            help: "leave `masquerade` out; answers from this machine find their way back"
        )
    }

    fileprivate static func masqueradeOfOthers(
        at span: SourceSpan,
        match: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .masqueradeWithoutEffect,
            severity: .warning,
            "no connection of the redirect comes from the addresses that are masqueraded",
            at: Label(span, "none of these is in `match`"),
            related: [Label(match, "the redirect is about these")],
            help: "leave `masquerade` out, or name addresses of `match`"
        )
    }
}
