/// Hosts joined by links: what it takes to send real packets through the rules of one of them.
///
/// ```swift
/// let lab = try Lab.withInternet()
/// let server = try lab.internet.serve(ports: [8080])
/// try lab.machine.nft("…")
/// #expect(try lab.machine.ask(.tcp, "198.51.100.7:80") == .reached("198.51.100.7:8080"))
/// ```
///
/// To be made in a test with `.networkNamespace`: the machine is the test's own namespace.
public final class Lab {
    /// The machine under test.
    public let machine = LabHost(here: "machine")

    private var hosts: [LabHost] = []
    private var links = 0

    /// Creates a lab of the machine alone, which has nothing but its loopback device.
    public init() {}

    /// Adds a host in a namespace of its own.
    public func addHost(_ name: String) throws -> LabHost {
        let host = try LabHost(elsewhere: name)
        hosts.append(host)
        return host
    }

    /// The host of this name.
    public func host(_ name: String) throws -> LabHost {
        guard let host = hosts.first(where: { $0.name == name }) else {
            throw NamespaceThread.Refusal(description: "the lab has no host \(name)")
        }
        return host
    }

    /// Joins two hosts by a cable (veth(4)); returns the names of its two ends.
    @discardableResult
    public func join(
        _ first: LabHost,
        _ firstAddresses: [String],
        to second: LabHost,
        _ secondAddresses: [String]
    ) throws -> (first: String, second: String) {
        links += 1
        let ends = ("\(first.name)\(links)", "\(second.name)\(links)")
        // Where the two ends bear the same index in their namespaces, as they would by default, the
        // kernel takes a second to notice that the cable is plugged in (linkwatch_urgent_event).
        let index = 100 + 2 * links
        try machine.ip([
            "link add \(ends.0) index \(index) type veth peer name \(ends.1) index \(index + 1)"
        ])
        try plug(ends.0, into: first, firstAddresses)
        try plug(ends.1, into: second, secondAddresses)
        try first.awaitDevice(ends.0)
        try second.awaitDevice(ends.1)
        return ends
    }

    private func plug(_ device: String, into host: LabHost, _ addresses: [String]) throws {
        if !host.isHere { try machine.ip(["link set \(device) netns \(host.number)"]) }
        // Duplicate address detection would keep the addresses from use for a second or two.
        try host.set("net/ipv6/conf/\(device)/accept_dad", to: 0)
        let commands = addresses.map { "addr add \($0) dev \(device)" }
        try host.ip(commands + ["link set \(device) up"])
    }
}

// MARK: - Usual labs

extension Lab {
    /// The machine (10.1.0.1, fd01::1) and a host that has every other address there is.
    public static func withInternet() throws -> Lab {
        let lab = Lab()
        let internet = try lab.addHost("internet")
        try lab.join(
            lab.machine,
            ["10.1.0.1/24", "fd01::1/64"],
            to: internet,
            ["10.1.0.2/24", "fd01::2/64"]
        )
        try internet.ownAllAddresses()
        try lab.machine.routeAll(viaIPv4: "10.1.0.2", ipv6: "fd01::2")
        return lab
    }

    /// The same, and a client (10.3.0.2, fd03::2) that reaches both through the machine (10.3.0.1,
    /// fd03::1).
    public static func withInternetAndClient() throws -> Lab {
        let lab = try withInternet()
        let client = try lab.addHost("client")
        try lab.join(
            client,
            ["10.3.0.2/24", "fd03::2/64"],
            to: lab.machine,
            ["10.3.0.1/24", "fd03::1/64"]
        )
        try client.routeAll(viaIPv4: "10.3.0.1", ipv6: "fd03::1")
        try lab.internet.ip([
            "route add 10.3.0.0/24 via 10.1.0.1", "route add fd03::/64 via fd01::1",
        ])
        try lab.machine.set("net/ipv4/ip_forward", to: 1)
        try lab.machine.set("net/ipv6/conf/all/forwarding", to: 1)
        return lab
    }

    /// The machine (10.1.0.1 and, on the bridge `lan`, 10.3.0.1), a host that has every other
    /// address, and in the network of the bridge a client (10.3.0.2) and a server (10.3.0.10).
    public static func withLocalNetwork() throws -> Lab {
        let lab = try withInternet()
        try lab.machine.ip(["link add lan type bridge", "addr add 10.3.0.1/24 dev lan"])
        for (name, address) in [("client", "10.3.0.2/24"), ("server", "10.3.0.10/24")] {
            let host = try lab.addHost(name)
            let ends = try lab.join(host, [address], to: lab.machine, [])
            try lab.machine.ip(["link set \(ends.second) master lan"])
            try host.ip(["route add 0.0.0.0/0 via 10.3.0.1"])
        }
        try lab.machine.ip(["link set lan up"])
        // Where the kernel has br_netfilter, the bridge would translate what only passes it.
        _ = try? lab.machine.set("net/bridge/bridge-nf-call-iptables", to: 0)
        try lab.machine.awaitDevice("lan")
        try lab.internet.ip(["route add 10.3.0.0/24 via 10.1.0.1"])
        try lab.machine.set("net/ipv4/ip_forward", to: 1)
        return lab
    }

    /// The host that has every address there is.
    public var internet: LabHost {
        get throws { try host("internet") }
    }

    /// The host that reaches the others through the machine.
    public var client: LabHost {
        get throws { try host("client") }
    }
}
