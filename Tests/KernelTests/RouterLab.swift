import Addressing
import TestSupport
import Testing

/// A machine with an uplink and two clients on interfaces of their own.
///
/// Another table marks connections by their source port, and changes the mark when they leave.
struct RouterLab {
    static let firstInterface = "machine2"
    static let secondInterface = "machine3"

    let machine: LabHost
    let first: LabHost
    let second: LabHost

    private let lab: Lab
    private let servers: [EchoServer]

    /// Creates a lab whose machine and uplink serve some ports.
    init(serving ports: [UInt16]) throws {
        lab = try Lab.withInternetAndClient()
        machine = lab.machine
        first = try lab.client
        second = try lab.addHost("second")
        try lab.join(
            second,
            ["10.4.0.2/24", "fd04::2/64"],
            to: machine,
            ["10.4.0.1/24", "fd04::1/64"]
        )
        try second.routeAll(viaIPv4: "10.4.0.1", ipv6: "fd04::1")
        try lab.internet.ip([
            "route add 10.4.0.0/24 via 10.1.0.1", "route add fd04::/64 via fd01::1",
        ])
        try first.ip(Self.moreAddresses(network: 3, device: "client2"))
        try second.ip(Self.moreAddresses(network: 4, device: "second3"))
        try machine.ip(
            // Not preferred, so that masquerading chooses the others.
            ["10.1.0.77/32", "10.1.0.78/32", "fd01::77/128 nodad", "fd01::78/128 nodad"].map {
                "addr add \($0) dev machine1 preferred_lft 0"
            }
        )
        for (host, client) in [(first, Probe.Client.first), (second, .second), (machine, .machine)]
        {
            try Self.awaitRoutes(to: Self.sources(client, .ipv6), on: host)
        }
        try machine.nft(Self.marking)
        servers = try [machine.serve(ports: ports), lab.internet.serve(ports: ports)]
    }

    /// Opens a connection, and returns what the server says, or what else became of it.
    func open(_ probe: Probe) throws -> String {
        let host =
            switch probe.client {
            case .first: first
            case .second: second
            case .machine: machine
            }
        func answer() throws -> LabReply {
            try host.answer(
                probe.transport,
                "\(probe.destination)",
                from: "\(probe.source)",
                dscp: CodePoint(probe.dscp),
                // A neighbour that does not answer is asked again after a second.
                patience: 3000
            )
        }
        let isRoot = probe.user == 0 && probe.group == 0
        let reply =
            isRoot
            ? try answer()
            : try LabIdentity.with(user: probe.user, group: probe.group) { try answer() }
        if case .reached(let text) = reply { return text }
        return "\(reply)"
    }
}

// MARK: - Marks

extension RouterLab {
    private static let marking = """
        table inet marks {
         chain by_port {
          th sport & 3 == 1 meta mark set 7
          th sport & 3 == 3 meta mark set 6
         }
         chain prerouting { type filter hook prerouting priority -150; jump by_port; }
         chain output { type route hook output priority -150; jump by_port; }
         chain forward { type filter hook forward priority 0; meta mark set 9; }
         chain postrouting { type filter hook postrouting priority 0; meta mark set 9; }
        }
        """

    /// Removes all tables but the one that marks.
    func reset() throws {
        try machine.nft("flush ruleset\n" + Self.marking)
    }

    /// The mark of a connection when redirects see it.
    static func mark(ofSourcePort port: UInt16) -> UInt32 { [0, 7, 0, 6][Int(port & 3)] }
}

// MARK: - Addresses

extension RouterLab {
    /// The addresses that the machine has.
    static let here =
        Lan.machine
        + IPFamily.allCases.flatMap {
            [secondDownlink($0), Lan.loopback($0)] + chosenSources($0)
        }

    /// The address that the second client knows the machine by.
    static func secondDownlink(_ family: IPFamily) -> IPAddress {
        Lan.parse(family == .ipv4 ? "10.4.0.1" : "fd04::1")
    }

    /// Addresses that connections can get as their source.
    static func chosenSources(_ family: IPFamily) -> [IPAddress] {
        (family == .ipv4 ? ["10.1.0.77", "10.1.0.78"] : ["fd01::77", "fd01::78"]).map(Lan.parse)
    }

    /// The addresses from which a client opens connections.
    static func sources(_ client: Probe.Client, _ family: IPFamily) -> [IPAddress] {
        switch client {
        case .first: clientNumbers.map { Lan.client(family, network: 3, $0) }
        case .second: clientNumbers.map { Lan.client(family, network: 4, $0) }
        case .machine:
            [Lan.address(family, .uplink), Lan.address(family, .downlink)]
                + chosenSources(family)
        }
    }

    private static let clientNumbers = 2...7

    /// Waits until a host receives what is sent to its addresses of IPv6.
    ///
    /// The kernel makes their routes from a work queue, which is late on a busy machine.
    private static func awaitRoutes(to addresses: [IPAddress], on host: LabHost) throws {
        for _ in 0..<1000 {
            let routes = try host.run("ip", "-6", "route", "show", "table", "local")
            if addresses.allSatisfy({ routes.contains("local \($0) dev") }) { return }
        }
        Issue.record("\(host.name) has no routes to its own addresses")
    }

    private static func moreAddresses(network: Int, device: String) -> [String] {
        clientNumbers.dropFirst().flatMap { number in
            [
                "addr add 10.\(network).0.\(number)/24 dev \(device)",
                "addr add fd0\(network)::\(number)/64 dev \(device) nodad",
            ]
        }
    }
}

/// The addresses of ``Lab/withInternetAndClient()``.
enum Lan {
    enum Host: String {
        /// The client.
        case client = "3.0.2 3::2"
        /// The machine, as the client sees it.
        case downlink = "3.0.1 3::1"
        /// The machine, as the rest of the world sees it.
        case uplink = "1.0.1 1::1"
    }

    static func address(_ family: IPFamily, _ host: Host) -> IPAddress {
        let parts = host.rawValue.split(separator: " ")
        return parse(family == .ipv4 ? "10.\(parts[0])" : "fd0\(parts[1])")
    }

    /// A client in a network beside the machine.
    static func client(_ family: IPFamily, network: Int, _ number: Int) -> IPAddress {
        parse(family == .ipv4 ? "10.\(network).0.\(number)" : "fd0\(network)::\(number)")
    }

    /// An address of some other network.
    static func remote(_ family: IPFamily, _ number: Int) -> IPAddress {
        parse(family == .ipv4 ? "192.0.2.\(number)" : "2001:db8::\(String(number, radix: 16))")
    }

    static func loopback(_ family: IPFamily) -> IPAddress {
        parse(family == .ipv4 ? "127.0.0.1" : "::1")
    }

    static let machine = IPFamily.allCases.flatMap {
        [address($0, .downlink), address($0, .uplink)]
    }

    static func parse(_ text: String) -> IPAddress {
        guard let address = IPAddress(text) else { preconditionFailure("\(text) is no address") }
        return address
    }
}
