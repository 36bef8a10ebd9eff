import Addressing
import PolicyModel
import TestSupport

/// A connection that is opened in a ``SourceLab``.
struct SourceProbe: CustomStringConvertible {
    /// Who opens it.
    enum Client: CaseIterable {
        case first
        case second
        case machine
    }

    let client: Client
    let user: UInt32
    let transport: TransportProtocol
    let source: LabEndpoint
    let destination: LabEndpoint

    var description: String {
        "\(client) user \(user) \(transport) \(source) → \(destination)"
    }

    /// What a server may say: where it was reached, and by whom.
    func expectation(by policy: Policy) -> [String] {
        guard let packet else { return [] }
        let outcome = policy.outcome(of: packet)
        return outcome.places.keys.map { place in
            let place = LabEndpoint(address(of: place.host), place.port?.number ?? 0)
            let isHere = SourceLab.machine.contains(place.address) || place.address.isLoopback
            guard let newSource = outcome.newSource, !isHere,
                "\(place)" != "\(destination)"
            else { return "\(place) \(source)" }
            let address =
                newSource.addresses[packet.family] ?? Lan.address(packet.family, .uplink)
            return "\(place) \(LabEndpoint(address, source.port))"
        }
    }

    private func address(of host: Connection.Destination) -> IPAddress {
        switch host {
        case .address(let address): address
        case .local:
            switch client {
            case .first: Lan.address(destination.address.family, .downlink)
            case .second: SourceLab.secondDownlink(destination.address.family)
            case .machine: Lan.loopback(destination.address.family)
            }
        }
    }

    private var packet: FirstPacket? {
        guard let from = Port(source.port), let to = Port(destination.port) else { return nil }
        let origin: FirstPacket.Origin =
            client == .machine
            ? .outbound(by: FirstPacket.Process(user: user, group: 0)) : .inbound
        let interface =
            switch client {
            case .first: "machine2"
            case .second: "machine3"
            case .machine: SourceLab.machine.contains(destination.address) ? "lo" : "machine1"
            }
        return FirstPacket(
            origin: origin,
            payload: .transport(transport, source: from, destination: to),
            source: source.address,
            destination: destination.address,
            isToThisMachine: SourceLab.machine.contains(destination.address),
            interface: interface,
            mark: source.port % 2 == 1 ? 7 : 0,
            dscp: CodePoint.all[0]
        )
    }
}

extension IPAddress {
    fileprivate var isLoopback: Bool { IPFamily.allCases.map(Lan.loopback).contains(self) }
}

/// A machine with an uplink and two clients on interfaces of their own, on which another table marks
/// connections from odd ports with 7 and takes the mark away when they leave.
struct SourceLab {
    let firstInterface = "machine2"
    let secondInterface = "machine3"

    private let lab: Lab
    private let servers: [EchoServer]

    static let marking = """
        table inet marks {
         chain prerouting { type filter hook prerouting priority -150; th sport & 1 == 1 meta mark set 7; }
         chain output { type route hook output priority -150; th sport & 1 == 1 meta mark set 7; }
         chain forward { type filter hook forward priority 0; meta mark set 9; }
         chain postrouting { type filter hook postrouting priority 0; meta mark set 9; }
        }
        """

    /// The addresses of the machine, chosen sources among them.
    static let machine =
        Lan.machine + IPFamily.allCases.flatMap { [secondDownlink($0)] + sources($0) }

    /// The address that the second client knows the machine by.
    static func secondDownlink(_ family: IPFamily) -> IPAddress {
        parse(family == .ipv4 ? "10.4.0.1" : "fd04::1")
    }

    static func secondClient(_ family: IPFamily) -> IPAddress {
        parse(family == .ipv4 ? "10.4.0.2" : "fd04::2")
    }

    /// Addresses that connections can get as their source.
    static func sources(_ family: IPFamily) -> [IPAddress] {
        (family == .ipv4 ? ["10.1.0.77", "10.1.0.78"] : ["fd01::77", "fd01::78"]).map(parse)
    }

    private static func parse(_ text: String) -> IPAddress {
        guard let address = IPAddress(text) else { preconditionFailure("\(text) is no address") }
        return address
    }

    init() throws {
        lab = try Lab.withInternetAndClient()
        let second = try lab.addHost("second")
        try lab.join(
            second,
            ["10.4.0.2/24", "fd04::2/64"],
            to: lab.machine,
            ["10.4.0.1/24", "fd04::1/64"]
        )
        try second.routeAll(viaIPv4: "10.4.0.1", ipv6: "fd04::1")
        try lab.internet.ip([
            "route add 10.4.0.0/24 via 10.1.0.1", "route add fd04::/64 via fd01::1",
        ])
        try lab.machine.ip(
            // Not preferred, so that masquerading chooses the others.
            ["10.1.0.77/32", "10.1.0.78/32", "fd01::77/128", "fd01::78/128"].map {
                "addr add \($0) dev machine1 preferred_lft 0"
            }
        )
        try lab.machine.nft(Self.marking)
        let ports = SourceGenerator.ports + SourceGenerator.targetPorts
        servers = try [lab.machine.serve(ports: ports), lab.internet.serve(ports: ports)]
    }

    var machine: LabHost { lab.machine }

    var first: LabHost {
        get throws { try lab.client }
    }

    var second: LabHost {
        get throws { try lab.host("second") }
    }

    /// Opens a connection, and returns what the server says, or what else became of it.
    func open(_ probe: SourceProbe) throws -> String {
        let host =
            switch probe.client {
            case .first: try first
            case .second: try second
            case .machine: machine
            }
        func answer() throws -> LabReply {
            try host.answer(probe.transport, "\(probe.destination)", from: "\(probe.source)")
        }
        let reply =
            probe.user == 0 ? try answer() : try LabIdentity.with(user: probe.user) { try answer() }
        if case .reached(let text) = reply { return text }
        return "\(reply)"
    }
}
