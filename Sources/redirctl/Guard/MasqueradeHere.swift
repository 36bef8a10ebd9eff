import Addressing
import Nftables
import PolicyModel
import PolicyYAML

/// Masquerading that has no effect on this machine.
extension Console {
    private static let mostNamed = 5

    /// Warns of redirects that masquerade connections to an address of this machine: they never leave
    /// it, and keep their source.
    ///
    /// Which addresses are its own is only known here, so no offline check can tell.
    func warnOfMasqueradeHere(_ policy: Policy) {
        let here = LocalAddresses.all()
        let redirects = policy.redirects.filter { $0.isEnabled && $0.masquerade != nil }
        let found = redirects.compactMap { redirect in
            redirect.decision.targets.compactMap(\.address).first(where: here.contains)
                .map { (redirect.name, $0) }
        }
        for (name, address) in found.prefix(Self.mostNamed) {
            warn(
                "`masquerade` of `\(name)` has no effect on connections to \(address): it is an "
                    + "address of this machine, and they never leave it"
            )
        }
        if found.count > Self.mostNamed {
            warn("nor has that of \(found.count - Self.mostNamed) more redirects")
        }
    }
}
