import Addressing
import Diagnostics
import Doctor
import HostState
import PolicyYAML
import TestSupport

/// A host of which a test says what it is like; without changes, every redirect works there.
struct MadeUpHost: Host {
    var kernelVersion = [6, 1]
    var missingModules: Set<String> = []
    var missingGroups: Set<String> = []
    var interfaces = [
        NetworkInterface(
            name: "lo",
            index: 1,
            isLoopback: true,
            addresses: [.loopback(of: .ipv4), .loopback(of: .ipv6)]
        ),
        NetworkInterface(name: "wan", index: 2, addresses: Self.addresses("203.0.113.5")),
        NetworkInterface(name: "lan", index: 3, addresses: Self.addresses("192.168.1.1")),
    ]
    var parameters: [String: Int] = [
        "net/ipv4/ip_forward": 1, "net/ipv4/conf/wan/forwarding": 1,
        "net/ipv4/conf/lan/forwarding": 1, "net/ipv6/conf/all/forwarding": 1,
    ]
    var listeners = Listeners([], known: [.tcp, .udp])
    var routes: [String: Route] = [:]
    var routingRules = false

    static func addresses(_ texts: String...) -> [IPAddress] { texts.compactMap { IPAddress($0) } }

    func parameter(_ path: String) -> Int? { parameters[path] }

    func route(to address: IPAddress) -> Route {
        if address.isLoopback || interfaces.contains(where: { $0.addresses.contains(address) }) {
            return .local
        }
        return routes["\(address)"] ?? .interface(3)
    }

    func hasModule(_ name: String) -> Bool? { !missingModules.contains(name) }
    func hasControlGroup(_ path: CgroupPath) -> Bool? { !missingGroups.contains(path.text) }
    func program(of listener: Listener) -> String? { "nginx" }
    func hasRoutingRules(_ family: IPFamily) -> Bool { routingRules }
    func refusingRoute(to address: IPAddress) -> String? { nil }

    /// Examines a policy of redirects, which are written without the keys around them.
    func diagnosis(_ redirects: String, isApplied: Bool = false) throws -> Diagnosis {
        let policy = try PolicyReader().read(
            SourceText(name: "policy.yaml", text: "version: 1\nredirects:\n\(redirects)\n")
        ).policy
        return Diagnosis(of: policy, isApplied: isApplied, on: self)
    }
}
