internal import Addressing
internal import Nftables
public import PolicyModel

/// A redirect whose `masquerade` has no effect, because its connections stay on this machine and so
/// keep their source.
///
/// The machine's own addresses decide, so no offline check can find it.
public struct LocalMasquerade: Sendable, Hashable {
    /// The redirect's name.
    public let redirect: String

    /// The targets that are addresses of this machine, in words.
    public let targets: [String]

    /// The masquerades of a policy that have no effect in this network namespace.
    public static func all(in policy: Policy) -> [LocalMasquerade] {
        let redirects = policy.redirects.filter { $0.isEnabled && $0.masquerade != nil }
        guard !redirects.isEmpty else { return [] }
        let addresses = LocalAddresses.all()
        return redirects.compactMap { redirect in
            let targets = redirect.targets(among: addresses)
            return targets.isEmpty
                ? nil : LocalMasquerade(redirect: redirect.name, targets: targets)
        }
    }
}

extension Redirect {
    /// Its targets that are addresses of this machine, in words.
    fileprivate func targets(among machine: Set<IPAddress>) -> [String] {
        let targets = decision.targets
        var local = targets.compactMap(\.address).filter(machine.contains).map(\.description)
        if targets.contains(where: { $0.addresses == nil && !$0.isLocal }),
            match.destination.isLocal(among: machine)
        {
            local.append("their own destination")
        }
        return local
    }
}

extension Match.Endpoint {
    /// Whether all its addresses are addresses of this machine.
    fileprivate func isLocal(among machine: Set<IPAddress>) -> Bool {
        guard let addresses else { return isLocal }
        // An endpoint with more addresses than the machine has contains addresses of others.
        return addresses.rangeCount <= machine.count
            && addresses.ranges.allSatisfy { range in
                range.bits.lowerBound == range.bits.upperBound
                    && IPAddress(family: range.family, bits: range.bits.lowerBound)
                        .map(machine.contains) == true
            }
    }
}
