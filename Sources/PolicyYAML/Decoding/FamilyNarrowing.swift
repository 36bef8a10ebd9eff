import Addressing
import Diagnostics
import PolicyModel

/// The families of connections that are left after each part of a redirect has had its say.
struct FamilyNarrowing {
    private var left: IPFamily?
    private var cause: (name: String, span: SourceSpan)?

    /// The only family that is left, and the part that leaves no other.
    var result: (family: IPFamily, span: SourceSpan)? {
        guard let left, let cause else { return nil }
        return (left, cause.span)
    }

    /// Leaves only the family of a match's parts; returns the finding where they have none in
    /// common.
    mutating func narrow(to match: MatchParts) -> Diagnostic? {
        if let family = match.family.value, let span = match.family.span {
            narrow(to: family, by: "`family`", at: span)
        }
        return narrow(to: match.source, by: "the `address` of `source`")
            ?? narrow(to: match.destination, by: "the `address` of `destination`")
    }

    /// Leaves only the family of an end's addresses, where they are of one.
    private mutating func narrow(to endpoint: EndpointParts, by name: String) -> Diagnostic? {
        guard let span = endpoint.addresses.span, let family = endpoint.onlyFamily else {
            return nil
        }
        return narrow(to: family, by: name, at: span)
    }

    /// Leaves only the family of the targets' addresses, where all have one and the same.
    mutating func narrow(to decision: DecisionParts?) -> Diagnostic? {
        guard let targets = decision?.targets,
            case .given(let first, let span) = targets.first?.address,
            targets.dropFirst().allSatisfy({ $0.address.value?.family == first.family })
        else { return nil }
        let name = targets.count == 1 ? "the target" : "every target"
        return narrow(to: first.family, by: name, at: span)
    }

    /// Leaves only the family of the clients that are masqueraded, where it is one.
    mutating func narrow(to masquerade: MasqueradeParts) -> Diagnostic? {
        guard case .given(let clients, let span) = masquerade.clients,
            let families = clients.set?.families, families.count == 1, let family = families.first
        else { return nil }
        return narrow(to: family, by: "`from` of `masquerade`", at: span)
    }

    /// Leaves only the given family; returns the finding where another is all that was left.
    @discardableResult
    private mutating func narrow(
        to family: IPFamily,
        by name: String,
        at span: SourceSpan
    ) -> Diagnostic? {
        guard let left, let cause else {
            self.left = family
            self.cause = (name, span)
            return nil
        }
        guard left != family else { return nil }
        return Diagnostic(
            .familyConflict,
            "\(cause.name) is \(left.title) and \(name) is \(family.title)",
            at: Diagnostic.Label(span, "only \(family.title)"),
            related: [Diagnostic.Label(cause.span, "only \(left.title)")],
            help: "no connection has both families; write a redirect for each"
        )
    }
}
