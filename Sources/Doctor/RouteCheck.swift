internal import Addressing
internal import HostState
internal import PolicyModel

/// Finds out whether packets can go to the targets, and answers come back.
struct RouteCheck<State: Host> {
    let host: State

    /// The interface on which all connections of a family arrive, by those that redirects name.
    private var onlyArrivals: [Arrivals: NetworkInterface?] = [:]

    private struct Arrivals: Hashable {
        let family: IPFamily
        let interfaces: Set<InterfacePattern>?
    }

    init(_ host: State) { self.host = host }

    /// Examines one place.
    mutating func examine(_ destination: Destination, _ findings: inout FindingList) {
        guard let address = host.address(of: destination) else { return }
        switch host.route(to: address) {
        case .local, .unknown: break
        case .none: reportNoRoute(destination, address, &findings)
        case .broadcast(let interface):
            reportBroadcast(destination, address, interface, &findings)
        case .interface(let interface):
            reportReturn(destination, address, interface, &findings)
        }
    }

    private func reportNoRoute(
        _ destination: Destination,
        _ address: IPAddress,
        _ findings: inout FindingList
    ) {
        // A rule can send what comes from a client another way than what this machine asks about.
        let depends = host.hasRoutingRules(destination.family)
        findings.add(
            .noRoute,
            depends ? .possible : .certain,
            of: destination.redirect.name,
            about: "\(address)"
        ) {
            let verb = depends ? "may be lost" : "are lost"
            guard let route = host.refusingRoute(to: address) else {
                let option = address.family == .ipv4 ? "" : "-6 "
                return (
                    "no route leads to \(address), so connections \(verb)",
                    .init(
                        advice:
                            "add a route, for example: ip \(option)route add \(address) via GATEWAY"
                    )
                )
            }
            let option = address.family == .ipv4 ? "" : "-6 "
            return (
                "the route `\(route)` refuses what is sent to \(address), so connections \(verb)",
                .init(command: "ip \(option)route del \(route)")
            )
        }
    }

    /// The kernel delivers what arrives for a broadcast address to this machine, and passes it on only
    /// if it is told to (ip-sysctl, `bc_forwarding`).
    private func reportBroadcast(
        _ destination: Destination,
        _ address: IPAddress,
        _ interface: Int32,
        _ findings: inout FindingList
    ) {
        let name = destination.redirect.name
        if destination.redirect.match.protocols?.contains(.tcp) == true {
            findings.add(.broadcastTarget, .certain, of: name, about: "tcp \(address)") {
                (
                    "\(address) is the broadcast address of \(host.name(of: interface)), to which no "
                        + "tcp connection can be made",
                    .init(advice: "name the address of one host")
                )
            }
        }
        guard destination.direction == .inbound,
            destination.redirect.match.protocols?.contains(.udp) == true
        else { return }
        func path(_ name: String) -> String { "net/ipv4/conf/\(name)/bc_forwarding" }
        let closed = (["all"] + host.arrivals(of: destination).map(\.name)).map(path)
            .filter { host.parameter($0) == 0 }
        guard let first = closed.first else { return }
        findings.add(.broadcastTarget, .certain, of: name, about: "udp \(address)") {
            (
                "\(address) is the broadcast address of \(host.name(of: interface)), and packets to "
                    + "it are not forwarded",
                .parameters(closed.count > 1 ? closed : [first], 1)
            )
        }
    }

    /// A server on the network of its clients answers them directly, and they know of no connection to it.
    private mutating func reportReturn(
        _ destination: Destination,
        _ address: IPAddress,
        _ interface: Int32,
        _ findings: inout FindingList
    ) {
        guard destination.direction == .inbound else { return }
        if host.isBridge(interface), host.translatesBridged(destination.family) {
            return reportHairpin(destination, address, interface, &findings)
        }
        guard destination.redirect.masquerade == nil else { return }
        guard let arrival = onlyArrival(of: destination), arrival.index == interface else { return }
        findings.add(
            .sameInterface,
            .possible,
            of: destination.redirect.name,
            about: "\(address)"
        ) {
            (
                "\(address) is reached by \(arrival.name), on which its connections arrive, so its "
                    + "answers may go directly to the clients, which drop them",
                .init(advice: "add `masquerade: true` to the redirect")
            )
        }
    }

    private mutating func onlyArrival(of destination: Destination) -> NetworkInterface? {
        let family = destination.family
        let key = Arrivals(family: family, interfaces: destination.redirect.match.interfaces)
        if let known = onlyArrivals[key] { return known }
        let arrivals = host.arrivals(of: destination).filter { arrival in
            arrival.addresses.contains { $0.family == family }
        }
        let only = arrivals.count == 1 ? arrivals[0] : nil
        onlyArrivals[key] = .some(only)
        return only
    }
}

extension Host {
    /// The name of the interface with a number.
    func name(of index: Int32) -> String {
        interfaces.first { $0.index == index }?.name ?? "interface \(index)"
    }
}
