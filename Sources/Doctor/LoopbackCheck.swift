internal import Addressing
internal import HostState
internal import PolicyModel

/// Finds out whether connections between loopback addresses and the outside are routed.
///
/// The kernel drops such packets of IPv4 unless `route_localnet` is set for the interface or for all of
/// them (ip-sysctl); for IPv6 it always does, and a policy that needs it is refused.
struct LoopbackCheck<State: Host> {
    private let host: State

    init(_ host: State) { self.host = host }

    /// Examines one place.
    func examine(_ destination: Destination, _ findings: inout FindingList) {
        guard destination.family == .ipv4, let address = host.address(of: destination) else {
            return
        }
        switch destination.direction {
        case .inbound:
            if address.isLoopback { examineArrival(destination, address, &findings) }
        case .outbound:
            guard destination.redirect.namesLoopback,
                case .interface(let interface) = host.route(to: address)
            else { return }
            examineDeparture(destination, address, interface, &findings)
        }
    }

    private func examineArrival(
        _ destination: Destination,
        _ address: IPAddress,
        _ findings: inout FindingList
    ) {
        let arrivals = host.arrivals(of: destination)
        guard !arrivals.isEmpty, arrivals.allSatisfy({ isClosed($0.name) }) else { return }
        let place = arrivals.count == 1 ? arrivals[0].name : "all"
        findings.add(
            .loopbackNotRouted,
            .certain,
            of: destination.redirect.name,
            about: "to \(address) \(place)"
        ) {
            var remedy = HostFinding.Remedy.parameter(path(place), 1)
            remedy.advice =
                "better write `local` as the target and let the server listen on 0.0.0.0; or let "
                + "neighbours reach 127.0.0.0/8:"
            return (
                "the kernel drops connections from outside to \(address), because `route_localnet` is off",
                remedy
            )
        }
    }

    private func examineDeparture(
        _ destination: Destination,
        _ address: IPAddress,
        _ interface: Int32,
        _ findings: inout FindingList
    ) {
        let name = host.name(of: interface)
        let redirect = destination.redirect
        let isMasqueraded =
            redirect.masquerade?.clients?.contains(.loopback(of: .ipv4))
            ?? (redirect.masquerade != nil)
        if !isMasqueraded {
            findings.add(.loopbackNotRouted, .certain, of: redirect.name, about: "source") {
                (
                    "connections to 127.0.0.0/8 keep their source when they are sent to \(address), so "
                        + "they are lost",
                    .init(
                        advice: "add `masquerade: true` to the redirect, or leave 127.0.0.0/8 out"
                    )
                )
            }
        }
        guard isClosed(name) else { return }
        findings.add(.loopbackNotRouted, .certain, of: redirect.name, about: "from \(name)") {
            (
                "the kernel drops connections to 127.0.0.0/8 on their way to \(address), because "
                    + "`route_localnet` is off",
                .parameter(path(name), 1)
            )
        }
    }

    private func isClosed(_ name: String) -> Bool {
        host.parameter(path(name)) == 0 && host.parameter(path("all")) == 0
    }

    private func path(_ name: String) -> String { "net/ipv4/conf/\(name)/route_localnet" }
}

extension Redirect {
    /// Whether it is said to be about connections to 127.0.0.0/8, and does not leave them out.
    fileprivate var namesLoopback: Bool {
        let loopback = AddressRange.loopback(of: .ipv4)
        let named = match.destination.addresses?.isDisjoint(with: AddressSet(loopback)) == false
        return (match.destination.isLocal || named)
            && !exceptions.contains { exception in
                exception.destination.addresses?.ranges.contains { $0.contains(loopback) } == true
            }
    }
}
