internal import Addressing
internal import HostState
internal import PolicyModel

extension RouteCheck {
    /// Packets that a bridge translates stay on the bridge, which sends none back by the port on which
    /// it came.
    ///
    /// Only a masquerade says that clients on the target's own network are expected.
    func reportHairpin(
        _ destination: Destination,
        _ address: IPAddress,
        _ bridge: Int32,
        _ findings: inout FindingList
    ) {
        let ports = host.interfaces.filter { $0.bridge == bridge }
        guard destination.redirect.masquerade != nil, !ports.allSatisfy(\.isHairpin),
            host.arrivals(of: destination).contains(where: { $0.index == bridge })
        else { return }
        findings.add(
            .bridgeHairpin,
            .possible,
            of: destination.redirect.name,
            about: "\(address)"
        ) {
            var remedy = HostFinding.Remedy.parameter(destination.family.bridgeParameter, 0)
            remedy.advice =
                "for its port of the bridge: ip link set PORT type bridge_slave hairpin on; or for all:"
            return (
                "connections that \(address) itself makes, or others at its port of the bridge "
                    + "\(host.name(of: bridge)), may be lost, because the bridge translates addresses",
                remedy
            )
        }
    }
}

extension Host {
    /// Whether bridges ask the NAT rules about packets that only pass them.
    func translatesBridged(_ family: IPFamily) -> Bool {
        parameter(family.bridgeParameter) == 1
    }

    /// Whether an interface is a bridge that has ports.
    func isBridge(_ index: Int32) -> Bool {
        interfaces.contains { $0.bridge == index }
    }
}

extension IPFamily {
    /// The kernel parameter that makes bridges translate its addresses (br_netfilter).
    fileprivate var bridgeParameter: String {
        "net/bridge/bridge-nf-call-\(self == .ipv4 ? "iptables" : "ip6tables")"
    }
}
