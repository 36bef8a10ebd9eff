internal import Addressing
internal import HostState
internal import PolicyModel

/// One of the places to which a redirect sends connections of one direction and family.
struct Destination {
    let redirect: Redirect
    let direction: Direction
    let family: IPFamily
    let target: Target

    /// The places of a redirect; none for one that is switched off, or sends nothing elsewhere.
    static func all(of redirect: Redirect) -> [Destination] {
        guard redirect.isEnabled else { return [] }
        let families = redirect.families
        return Direction.allCases.filter(redirect.directions.contains).flatMap { direction in
            redirect.decision.targets.flatMap { target in
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

extension Redirect {
    /// Whether its connections can arrive on an interface of this name, or leave by it.
    func allowsInterface(_ name: String) -> Bool {
        match.interfaces?.contains { pattern in
            pattern.isPrefix ? name.hasPrefix(pattern.name) : name == pattern.name
        } ?? true
    }
}

extension Host {
    /// The interfaces on which connections of a place can arrive.
    ///
    /// What arrives at a port of a bridge has arrived on the bridge.
    func arrivals(of destination: Destination) -> [NetworkInterface] {
        interfaces.filter { interface in
            interface.isUp && !interface.isLoopback && interface.bridge == nil
                && destination.redirect.allowsInterface(interface.name)
        }
    }
}
