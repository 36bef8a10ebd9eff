internal import Addressing
internal import HostState
internal import PolicyModel

/// One of the places to which a redirect sends connections of one direction and family.
struct Destination {
    let redirect: Redirect
    let direction: Direction
    let family: IPFamily
    let target: Target

    /// The places of each target of a redirect, one for each family; none for a redirect that is switched
    /// off, or sends nothing elsewhere.
    static func targets(of redirect: Redirect) -> [[Destination]] {
        guard redirect.isEnabled else { return [] }
        let families = redirect.families
        return Direction.allCases.filter(redirect.directions.contains).flatMap { direction in
            redirect.decision.targets.map { target in
                IPFamily.allCases.filter { families.contains($0) && target.families.contains($0) }
                    .map {
                        Destination(
                            redirect: redirect,
                            direction: direction,
                            family: $0,
                            target: target
                        )
                    }
            }
        }
    }
}

extension Host {
    /// The address that connections of a place get; `nil` if they keep theirs, or go to this machine.
    ///
    /// Of a prefix it is one of the first that a host can have, which stands for all; the first of them
    /// is often this machine's own.
    func address(of destination: Destination) -> IPAddress? {
        guard let prefix = destination.target.move?.destination else {
            return destination.target.address
        }
        guard let first = prefix.firstHost else { return nil }
        let next = (0...2).compactMap { IPAddress(family: first.family, bits: first.bits &+ $0) }
            .filter { prefix.contains(AddressRange($0)) }
        return next.first { route(to: $0) != .local } ?? first
    }
}

extension Redirect {
    /// Whether its connections can arrive on an interface, or leave by it.
    func allows(_ interface: NetworkInterface) -> Bool {
        match.interfaces?.contains { $0.matches(interface) } ?? true
    }
}

extension Host {
    /// The interfaces on which connections of a place can arrive.
    ///
    /// What arrives at a port of a bridge has arrived on the bridge.
    func arrivals(of destination: Destination) -> [NetworkInterface] {
        interfaces.filter { interface in
            interface.isUp && !interface.isLoopback && interface.bridge == nil
                && destination.redirect.allows(interface)
        }
    }
}
