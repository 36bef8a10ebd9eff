import Addressing
import Diagnostics
import PolicyModel

/// The sources that connections get in a policy, and the labels that there are for them.
struct ChosenSources {
    /// The labels that the policy may use.
    var labels = Settings().labels

    private var sources: Set<Masquerade.Source> = []

    /// The number of sources that there are labels for; the first label is for the address of the
    /// interface.
    var most: Int { Int(labels.upperBound.bit - labels.lowerBound.bit) }

    /// Adds a source; returns whether it is the first for which there is no label.
    mutating func exceeds(_ source: Masquerade.Source) -> Bool {
        guard source != .interface, sources.insert(source).inserted else { return false }
        return sources.count == most + 1
    }
}

/// Checks that a masquerade makes sense with the redirect.
struct MasqueradeChecks {
    let context: DecodingContext

    /// Reports a masquerade that no connection needs, or none can have; `families` is what match
    /// and target leave.
    func check(_ redirect: RedirectParts, _ families: FamilyNarrowing?) {
        guard case .given(let masquerade?, let span) = redirect.masquerade else { return }
        if case .given(let decision, let decided) = redirect.decision {
            guard canMasquerade(decision, at: decided, masquerade: span) else { return }
        }
        guard let families, let match = redirect.match else { return }
        var narrowing = families
        if let conflict = narrowing.narrow(to: masquerade) {
            context.bag.report(conflict)
        } else {
            checkClients(of: masquerade, match.source.addresses)
            checkAddresses(of: masquerade, match, among: narrowing)
        }
        if context.chosenSources.exceeds(masquerade.masquerade.source) { reportSources(at: span) }
    }

    /// Whether connections leave this machine after a decision; reports it otherwise.
    private func canMasquerade(
        _ decision: DecisionParts,
        at decided: SourceSpan,
        masquerade span: SourceSpan
    ) -> Bool {
        switch decision {
        case .bypass:
            context.bag.error(
                .masqueradeWithoutEffect,
                "connections that are left alone cannot be masqueraded",
                at: span,
                "this is for connections that the redirect changes",
                related: [.init(decided, "it changes none")],
                help: "leave `masquerade` out"
            )
            return false
        case .target, .balance:
            guard decision.targets.allSatisfy(\.isThisMachine) else { return true }
            context.bag.error(
                .masqueradeWithoutEffect,
                "connections to this machine cannot be masqueraded",
                at: span,
                "this is for connections that leave this machine again",
                related: [.init(decided, "these stay here")],
                help: "leave `masquerade` out; answers from this machine find their way back"
            )
            return false
        }
    }

    /// Reports a family whose connections would get no address, and an address that none would get.
    private func checkAddresses(
        of masquerade: MasqueradeParts,
        _ match: MatchParts,
        among families: FamilyNarrowing
    ) {
        guard case .given(let addresses, let span) = masquerade.addresses else { return }
        let cause = families.result?.span
        let possible = families.result.map { [$0.family] } ?? IPFamily.allCases
        let missing = possible.filter { family in
            !addresses.contains { $0.address.family == family }
        }
        for family in missing {
            context.bag.error(
                .familyConflict,
                "connections of the redirect can be \(family.title), and `masquerade` has no "
                    + "\(family.title) address",
                at: span,
                "an \(family.title) address is missing",
                related: cause.map { [.init($0, "only \(family.title)")] } ?? [],
                help: cause == nil
                    ? "add one, or narrow the match with "
                        + (match.isText
                            ? "`family=\(family.other.rawValue)`"
                            : "`family: \(family.other.rawValue)`")
                    : "name an \(family.title) address"
            )
        }
        guard missing.isEmpty else { return }
        for located in addresses where !possible.contains(located.address.family) {
            let family = located.address.family
            context.bag.warning(
                .masqueradeWithoutEffect,
                "no connection of the redirect is \(family.title)",
                at: located.span,
                "so none gets this source",
                related: cause.map { [.init($0, "only \(family.other.title)")] } ?? [],
                help: "leave it out"
            )
        }
    }

    /// The most ranges that are compared: many redirects can share lists of hundreds of thousands.
    private static let comparedRanges = 64

    private func checkClients(of masquerade: MasqueradeParts, _ sources: Decoded<AddressParts>) {
        guard case .given(let from, let span) = masquerade.clients, let clients = from.set,
            case .given(let match, let matched) = sources, let addresses = match.set,
            clients.rangeCount <= Self.comparedRanges, clients.isDisjoint(with: addresses)
        else { return }
        context.bag.warning(
            .masqueradeWithoutEffect,
            "no connection of the redirect comes from the addresses that are masqueraded",
            at: span,
            "none of these is in `match`",
            related: [.init(matched, "the redirect is about these")],
            help: "leave `masquerade` out, or name addresses of `match`"
        )
    }

    private func reportSources(at span: SourceSpan) {
        let (labels, most) = (context.chosenSources.labels, context.chosenSources.most)
        context.bag.error(
            .tooManySources,
            "the policy chooses more sources than it has labels for",
            at: span,
            "there is no label left for this one",
            help: "each chosen source takes a bit, and the first bit is for the interface's own "
                + "address, so `labels: \(labels.text)` has room for \(most == 0 ? "none" : "\(most)")"
                + (labels.wider.map { ": give `settings` more, such as `labels: \($0.text)`" } ?? "")
        )
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
