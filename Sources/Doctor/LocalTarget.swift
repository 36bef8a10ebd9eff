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
}

/// The targets of a policy on a host, each one once.
public struct LocalTargets: Sendable {
    /// Those that have one port of TCP or UDP.
    public private(set) var single: [LocalTarget] = []

    /// How many others there are: with several ports, whose listeners come and go, or of another protocol.
    public private(set) var others = 0

    /// No targets.
    public init() {}

    /// The targets of a policy.
    public init(of policy: Policy, on host: some Host) {
        var seen: Set<LocalPlaceAndPorts> = []
        for destination in policy.redirects.lazy.flatMap(Destination.targets).joined() {
            let ranges: [ClosedRange<Port>?] = destination.ports.map { Array($0.ranges) } ?? [nil]
            let protocols = destination.redirect.match.protocols
            let transports: [TransportProtocol?] = protocols.map { $0.sorted() } ?? [nil]
            for place in host.localPlaces(of: destination) {
                for transport in transports {
                    for range in ranges {
                        let key = LocalPlaceAndPorts(
                            place: place,
                            transport: transport,
                            ports: range
                        )
                        guard seen.insert(key).inserted else { continue }
                        guard let transport, transport != .sctp, let range, range.size == 1 else {
                            others += 1
                            continue
                        }
                        single.append(
                            LocalTarget(
                                redirect: destination.redirect.name,
                                transport: transport,
                                addresses: place.addresses,
                                port: range.lowerBound
                            )
                        )
                    }
                }
            }
        }
    }
}

/// What tells targets apart.
private struct LocalPlaceAndPorts: Hashable {
    let place: LocalPlace
    let transport: TransportProtocol?
    let ports: ClosedRange<Port>?
}
