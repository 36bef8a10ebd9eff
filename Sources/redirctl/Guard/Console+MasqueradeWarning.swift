import Addressing
import Nftables
import PolicyModel
import PolicyYAML

extension Console {
    private static let mostNamed = 5

    /// Warns of redirects that masquerade connections to an address of this machine: they never leave
    /// it, and keep their source.
    ///
    /// Which addresses are its own is only known here, so no offline check can tell.
    func warnOfMasqueradeHere(_ policy: Policy) {
        let redirects = policy.redirects.filter { $0.isEnabled && $0.masquerade != nil }
        guard !redirects.isEmpty else { return }
        let here = LocalAddresses.all()
        let found = redirects.compactMap { redirect in
            redirect.targetsHere(among: here).map { (redirect.name, $0) }
        }
        for (name, targets) in found.prefix(Self.mostNamed) {
            warn(
                "`masquerade` of `\(name)` has no effect on connections to \(targets): they never "
                    + "leave this machine"
            )
        }
        let more = found.count - Self.mostNamed
        if more > 0 {
            warn(
                "\(more) more \(more == 1 ? "redirect masquerades" : "redirects masquerade") "
                    + "connections that never leave this machine"
            )
        }
    }
}

extension Redirect {
    /// Those of its targets that are addresses of this machine, in words; `nil` if none is.
    fileprivate func targetsHere(among here: Set<IPAddress>) -> String? {
        let targets = decision.targets
        var named = targets.compactMap(\.address).filter(here.contains).map(\.description)
        if targets.contains(where: { $0.address == nil && !$0.isLocal }),
            match.destination.isHere(among: here)
        {
            named.append("their own destination")
        }
        return named.isEmpty ? nil : named.joined(separator: ", ")
    }
}

extension Match.Endpoint {
    /// Whether all that it is about are addresses of this machine.
    fileprivate func isHere(among here: Set<IPAddress>) -> Bool {
        guard let addresses else { return isLocal }
        // Whoever names more addresses than the machine has names others, too.
        return addresses.rangeCount <= here.count
            && addresses.ranges.allSatisfy { range in
                range.bits.lowerBound == range.bits.upperBound
                    && IPAddress(family: range.family, bits: range.bits.lowerBound)
                        .map(here.contains) == true
            }
    }
}
