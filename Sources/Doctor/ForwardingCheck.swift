internal import Addressing
internal import HostState
internal import PolicyModel

/// Finds out whether connections from outside are passed on to other hosts.
struct ForwardingCheck<State: Host> {
    private let host: State

    /// What forwards on IPv4, by the interfaces that redirects name.
    private var known: [Set<InterfacePattern>?: Arrivals] = [:]

    /// The interfaces on which connections can arrive.
    private struct Arrivals {
        /// Those from which nothing is passed on.
        let closed: [String]

        let areAllClosed: Bool
    }

    init(_ host: State) { self.host = host }

    /// Examines one place.
    mutating func examine(_ destination: Destination, _ findings: inout FindingList) {
        guard destination.direction == .inbound, let address = host.address(of: destination) else {
            return
        }
        switch host.route(to: address) {
        case .interface, .broadcast: break
        case .local, .none, .unknown: return
        }
        switch destination.family {
        case .ipv4: examineIPv4(destination, address, &findings)
        case .ipv6: examineIPv6(destination, address, &findings)
        }
    }

    /// For IPv4, the interface on which a packet arrives decides (ip-sysctl, `forwarding`).
    private mutating func examineIPv4(
        _ destination: Destination,
        _ address: IPAddress,
        _ findings: inout FindingList
    ) {
        let arrivals = arrivals(of: destination)
        guard !arrivals.closed.isEmpty else { return }
        if arrivals.areAllClosed, host.parameter("net/ipv4/ip_forward") == 0 {
            findings.add(.forwardingOff, .certain, of: destination.redirect.name, about: "IPv4") {
                (
                    "IPv4 forwarding is off, so connections to other hosts such as \(address) are "
                        + "dropped",
                    .parameter("net/ipv4/ip_forward", 1)
                )
            }
            return
        }
        // Somebody may have switched it off for interfaces that no redirect is meant for.
        guard arrivals.areAllClosed || destination.redirect.match.interfaces != nil else { return }
        for name in arrivals.closed {
            findings.add(.forwardingOff, .certain, of: destination.redirect.name, about: name) {
                (
                    "IPv4 forwarding is off for what arrives on \(name), so connections to other "
                        + "hosts such as \(address) are dropped",
                    .parameter("net/ipv4/conf/\(name)/forwarding", 1)
                )
            }
        }
    }

    private mutating func arrivals(of destination: Destination) -> Arrivals {
        let interfaces = destination.redirect.match.interfaces
        if let known = known[interfaces] { return known }
        let names = host.arrivals(of: destination).map(\.name)
        let closed = names.filter { host.parameter("net/ipv4/conf/\($0)/forwarding") == 0 }
        let arrivals = Arrivals(closed: closed, areAllClosed: closed.count == names.count)
        known[interfaces] = arrivals
        return arrivals
    }

    /// For IPv6, `all` decides; newer kernels also have `force_forwarding` for one interface.
    private func examineIPv6(
        _ destination: Destination,
        _ address: IPAddress,
        _ findings: inout FindingList
    ) {
        guard host.parameter("net/ipv6/conf/all/forwarding") == 0,
            host.arrivals(of: destination).contains(where: {
                host.parameter("net/ipv6/conf/\($0.name)/force_forwarding") ?? 0 == 0
            })
        else { return }
        findings.add(.forwardingOff, .certain, of: destination.redirect.name, about: "IPv6") {
            var remedy = HostFinding.Remedy.parameter("net/ipv6/conf/all/forwarding", 1)
            if case .interface(let way) = host.route(to: .somewhere),
                case let name = host.name(of: way),
                host.parameter("net/ipv6/conf/\(name)/accept_ra") == 1
            {
                remedy.advice =
                    "first set net.ipv6.conf.\(name).accept_ra=2 if the default route comes from router "
                    + "advertisements, which are ignored while forwarding is on"
            }
            return (
                "IPv6 forwarding is off, so connections to other hosts such as \(address) are dropped",
                remedy
            )
        }
    }
}

extension IPAddress {
    /// An address of the internet, by which the default route is found (2000::/3).
    fileprivate static var somewhere: IPAddress {
        IPAddress(family: .ipv6, bits: 0x2000 << 112 | 1) ?? .loopback(of: .ipv6)
    }
}
