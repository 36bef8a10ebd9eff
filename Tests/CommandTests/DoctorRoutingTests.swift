import Addressing
import TestSupport
import Testing

/// What `doctor` says of redirects to other hosts.
@Suite(.networkNamespace) struct DoctorRoutingTests {
    /// A redirect of connections from the client to a host.
    private func redirect(
        _ target: String,
        _ transport: String = "tcp",
        also keys: String = ""
    ) -> String {
        """
          - name: web
            direction: inbound
            match: {\(keys)protocol: \(transport), destination: {port: 80}}
            to: {address: "\(target)", port: 8080}
        """
    }

    @Test(arguments: [false, true])
    func `forwarding of IPv4 is off, everywhere or for the interface of the redirect`(
        isOfOneInterface: Bool
    ) throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let (machine, client) = (doctor.lab.machine, try doctor.lab.client)
        let server = try doctor.lab.internet.serve(ports: [8080])
        let name = isOfOneInterface ? "conf/machine2/forwarding" : "ip_forward"
        try machine.set("net/ipv4/\(name)", to: 0)
        try doctor.apply(
            redirect("10.1.0.2", also: isOfOneInterface ? "interface: machine2, " : "")
        )
        try withExtendedLifetime(server) {
            let finding = try doctor.expectMended("forwarding-off", of: "web") {
                try client.reaches("10.3.0.1:80")
            }
            let dotted = name.split(separator: "/").joined(separator: ".")
            #expect(finding.command == "sysctl -w net.ipv4.\(dotted)=1")
        }
    }

    @Test func `forwarding of IPv6 is off`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let (machine, client) = (doctor.lab.machine, try doctor.lab.client)
        let server = try doctor.lab.internet.serve(ports: [8080])
        try machine.set("net/ipv6/conf/all/forwarding", to: 0)
        try doctor.apply(redirect("fd01::2"))
        try withExtendedLifetime(server) {
            let finding = try doctor.expectMended("forwarding-off", of: "web") {
                try client.reaches("[fd03::1]:80")
            }
            #expect(finding.command == "sysctl -w net.ipv6.conf.all.forwarding=1")
        }
    }

    @Test(arguments: ["192.0.2.7", "2001:db8::7"], ["blackhole", "unreachable", "prohibit", ""])
    func `no route leads to the target, or one that refuses packets`(
        target: String,
        kind: String
    ) throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let (machine, client) = (doctor.lab.machine, try doctor.lab.client)
        let server = try doctor.lab.internet.serve(ports: [8080])
        let isIPv4 = !target.contains(":")
        let (network, everything) =
            isIPv4 ? ("192.0.2.0/25", "0.0.0.0/0") : ("2001:db8::/64", "::/0")
        let gateway = isIPv4 ? "10.1.0.2" : "fd01::2"
        try machine.ip([
            kind.isEmpty ? "route del \(everything)" : "route add \(kind) \(network)"
        ])
        try doctor.apply(redirect(target))
        try withExtendedLifetime(server) {
            let finding = try doctor.expectMended(
                "no-route",
                of: "web",
                by: { finding in
                    let line = finding.command ?? finding.advice ?? ""
                    let command = line.replacing(/.*: ip/, with: "ip")
                        .replacing("GATEWAY", with: gateway)
                    try DoctorLab.shell(command)
                },
                { try client.reaches(isIPv4 ? "10.3.0.1:80" : "[fd03::1]:80") }
            )
            let option = isIPv4 ? "" : "-6 "
            let command = kind.isEmpty ? nil : "ip \(option)route del \(kind) \(network)"
            #expect(finding.command == command)
        }
    }

    @Test func `a routing rule of somebody else makes it uncertain`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let machine = doctor.lab.machine
        try machine.ip([
            "route del 0.0.0.0/0", "rule add from 10.3.0.0/24 lookup 7",
            "route add 192.0.2.0/24 via 10.1.0.2 table 7",
        ])
        try doctor.apply(redirect("192.0.2.7"))
        #expect(try doctor.findings().map(\.isCertain) == [false])
        let server = try doctor.lab.internet.serve(ports: [8080])
        let isReached = try withExtendedLifetime(server) {
            try doctor.lab.client.reaches("10.3.0.1:80")
        }
        #expect(isReached, "the finding would be wrong")
    }

    @Test func `a server in the network of its clients needs masquerading`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let (lab, client) = (doctor.lab, try doctor.lab.client)
        let server = try lab.addHost("server")
        // The client's end of the cable is a switch now.
        try lab.machine.ip([
            "link add lan type bridge", "link set machine2 master lan", "link set lan up",
            "addr del 10.3.0.1/24 dev machine2", "addr add 10.3.0.1/24 dev lan",
        ])
        let ends = try lab.join(server, ["10.3.0.10/24"], to: lab.machine, [])
        try lab.machine.ip(["link set \(ends.second) master lan"])
        _ = try? lab.machine.set("net/bridge/bridge-nf-call-iptables", to: 0)
        try server.ip(["route add 0.0.0.0/0 via 10.3.0.1"])
        let echo = try server.serve(ports: [8080])
        try doctor.apply(redirect("10.3.0.10", also: "interface: lan, "))
        try withExtendedLifetime(echo) {
            _ = try doctor.expectMended(
                "same-interface",
                of: "web",
                isCertain: false,
                by: { finding in
                    #expect(finding.advice?.contains("`masquerade: true`") == true)
                    let text = redirect("10.3.0.10", also: "interface: lan, ")
                    try doctor.apply("\(text)\n    masquerade: true")
                },
                { try client.reaches("10.3.0.1:80") }
            )
        }
    }

    @Test func `packets to the broadcast address of a network are not forwarded`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let (lab, client) = (doctor.lab, try doctor.lab.client)
        try lab.machine.ip(["addr add 10.9.0.1/24 brd 10.9.0.255 dev machine1"])
        try lab.internet.ip(["addr add 10.9.0.2/24 brd 10.9.0.255 dev internet1"])
        try doctor.apply(redirect("10.9.0.255", "udp"))
        // An answer to a broadcast comes from another address, so only the server can tell.
        let server = try lab.internet.serve(.udp, at: "10.9.0.255:8080")
        try withExtendedLifetime(server) {
            _ = try doctor.expectMended("broadcast-target", of: "web") {
                try received(by: lab.internet) {
                    _ = try client.ask(.udp, "10.3.0.1:80", patience: 300)
                }
            }
        }
    }

    /// Whether a host gets a datagram for one of its sockets meanwhile (/proc/net/snmp).
    private func received(by host: LabHost, _ body: () throws -> Void) throws -> Bool {
        func count() throws -> String {
            let lines = try host.run("cat", "/proc/thread-self/net/snmp").split(separator: "\n")
            let values = lines.filter { $0.hasPrefix("Udp:") }.last?.split(separator: " ")
            return values.map { String($0[1]) } ?? ""
        }
        let before = try count()
        try body()
        return try count() != before
    }
}
