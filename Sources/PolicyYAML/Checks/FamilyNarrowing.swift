import Addressing
import Diagnostics
import PolicyModel

/// The families of connections that are left when the parts of a redirect are read one by one.
struct FamilyNarrowing {
    private var left: IPFamily?
    private var cause: (name: String, span: SourceSpan)?

    /// The only family that is left, and the part that leaves no other.
    var result: (family: IPFamily, span: SourceSpan)? {
        guard let left, let cause else { return nil }
        return (left, cause.span)
    }

    /// Leaves only the families of a match; returns the finding if its parts have none in common.
    mutating func narrow(to match: MatchParts) -> Diagnostic? {
        if let family = match.family.value, let span = match.family.span {
            narrow(to: family, by: "`family`", at: span)
        }
        return narrow(to: match.source, by: "the `address` of `source`")
            ?? narrow(to: match.destination, by: "the `address` of `destination`")
    }

    /// Leaves only the family of the addresses of one end, if all are of one.
    private mutating func narrow(to endpoint: EndpointParts, by name: String) -> Diagnostic? {
        guard let span = endpoint.addresses.span, let family = endpoint.onlyFamily else {
            return nil
        }
        return narrow(to: family, by: name, at: span)
    }

    /// Leaves only the family of the targets, if all have addresses of the same.
    mutating func narrow(to decision: DecisionParts?) -> Diagnostic? {
        guard let targets = decision?.targets,
            case .given(let first, let span) = targets.first?.address,
            targets.dropFirst().allSatisfy({ $0.address.value?.family == first.family })
        else { return nil }
        let name = targets.count == 1 ? "the target" : "every target"
        return narrow(to: first.family, by: name, at: span)
    }

    /// Leaves only the family of the clients that are masqueraded, if all are of one.
    mutating func narrow(to masquerade: MasqueradeParts) -> Diagnostic? {
        guard case .given(let clients, let span) = masquerade.clients,
            let family = clients.set?.onlyFamily
        else { return nil }
        return narrow(to: family, by: "`from` of `masquerade`", at: span)
    }

    /// Leaves only the given family; returns the finding if only the other one was left.
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
            at: .init(span, "only \(family.title)"),
            related: [.init(cause.span, "only \(left.title)")],
            help: "no connection has both families; write a redirect for each"
        )
    }
}

extension EndpointParts {
    /// The family of the addresses, if all are of one.
    fileprivate var onlyFamily: IPFamily? {
        guard let addresses = addresses.value, !addresses.isLocal else { return nil }
        return addresses.set?.onlyFamily
    }
}
