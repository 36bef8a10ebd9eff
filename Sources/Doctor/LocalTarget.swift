public import Addressing
public import HostState
public import PolicyModel

/// A target on this machine to which redirects lead.
public struct LocalTarget: Sendable, Hashable {
    /// The redirect that leads there; the first one of several.
    public let redirect: String

    /// The protocol.
    public let transport: TransportProtocol

    /// The addresses; which one a connection goes to depends on where it arrives.
    public let addresses: [IPAddress]

    /// The port.
    public let port: Port

    /// The place in words.
    public var words: String {
        "\(transport) \(addresses.map { $0.text(withPort: port) }.joined(separator: " or "))"
    }

    /// The targets of a policy on a host, each one once.
    ///
    /// Targets with several ports are left out: their listeners come and go.
    public static func all(of policy: Policy, on host: some Host) -> [LocalTarget] {
        var seen: Set<LocalPlaceAndPort> = []
        var targets: [LocalTarget] = []
        for destination in policy.redirects.lazy.flatMap(Destination.targets).joined() {
            let ports = (destination.ports?.ranges ?? []).filter { $0.size == 1 }.map(\.lowerBound)
            let transports = (destination.redirect.match.protocols ?? []).sorted()
            guard !ports.isEmpty, !transports.isEmpty else { continue }
            for place in host.localPlaces(of: destination) {
                for transport in transports where transport != .sctp {
                    for port in ports {
                        let key = LocalPlaceAndPort(
                            place: place,
                            transport: transport,
                            port: port
                        )
                        guard seen.insert(key).inserted else { continue }
                        targets.append(
                            LocalTarget(
                                redirect: destination.redirect.name,
                                transport: transport,
                                addresses: place.addresses,
                                port: port
                            )
                        )
                    }
                }
            }
        }
        return targets
    }
}

/// What tells targets apart.
private struct LocalPlaceAndPort: Hashable {
    let place: LocalPlace
    let transport: TransportProtocol
    let port: Port
}
