import Addressing
import TestSupport
import Testing

/// What `doctor` says of loopback addresses, interfaces and the kernel's own limits.
@Suite(.networkNamespace) struct DoctorLocalTests {
    @Test func `nothing from outside gets to 127.0.0.1 without route_localnet`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let (machine, client) = (doctor.lab.machine, try doctor.lab.client)
        let server = try machine.serve(.tcp, at: "127.0.0.1:8080")
        try doctor.apply(
            """
              - name: web
                direction: inbound
                match: {interface: machine2, protocol: tcp, destination: {port: 80}}
                to: {address: 127.0.0.1, port: 8080}
            """
        )
        let finding = try doctor.expectMended("loopback-not-routed", of: "web") {
            try client.reaches("10.3.0.1:80")
        }
        withExtendedLifetime(server) {}
        #expect(finding.command == "sysctl -w net.ipv4.conf.machine2.route_localnet=1")
    }

    @Test func `nothing gets from 127.0.0.1 to another host without route_localnet`() throws {
        let doctor = try DoctorLab(.withInternet())
        let (machine, internet) = (doctor.lab.machine, try doctor.lab.internet)
        let server = try internet.serve(ports: [8080])
        let redirect = """
              - name: web
                direction: outbound
                match: {protocol: tcp, destination: {address: 127.0.0.1, port: 80}}
                to: {address: 10.1.0.2, port: 8080}
            """
        try doctor.apply(redirect)
        #expect(try doctor.findings().count == 2)
        try machine.set("net/ipv4/conf/machine1/route_localnet", to: 1)
        try doctor.expectMended(
            "loopback-not-routed",
            of: "web",
            by: { finding in
                #expect(finding.advice?.contains("`masquerade: true`") == true)
                try doctor.apply("\(redirect)\n    masquerade: true")
                // Neighbours don't answer a question that came from 127.0.0.1, which is remembered.
                try machine.ip(["neigh flush all"])
            },
            { try machine.reaches("127.0.0.1:80") }
        )
        try machine.set("net/ipv4/conf/machine1/route_localnet", to: 0)
        try doctor.expectMended("loopback-not-routed", of: "web") {
            try machine.reaches("127.0.0.1:80")
        }
        withExtendedLifetime(server) {}
    }

    @Test func `the loopback device is down`() throws {
        let doctor = try DoctorLab(.withInternet())
        let machine = doctor.lab.machine
        let server = try machine.serve(ports: [8080])
        try doctor.apply(
            """
              - name: web
                direction: outbound
                match: {family: ipv4, protocol: tcp, destination: {port: 80}}
                to: {local: 8080}
            """
        )
        try machine.ip(["link set lo down"])
        try doctor.expectMended("interface-down", of: "web") {
            try machine.reaches("198.51.100.7:80")
        }
        withExtendedLifetime(server) {}
    }

    private static let onTunnel = """
          - name: web
            direction: inbound
            match: {interface: tun7, family: ipv4, protocol: tcp, destination: {port: 80}}
            to: {local: 8080}
        """

    @Test func `an interface is missing, or down`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let (machine, client) = (doctor.lab.machine, try doctor.lab.client)
        let server = try machine.serve(ports: [8080])
        try doctor.apply(Self.onTunnel)
        let rename = ["link set machine2 down", "link set machine2 name tun7"]
        try doctor.expectMended(
            "missing-interface",
            of: "web",
            isCertain: false,
            by: { _ in try machine.ip(rename + ["link set tun7 up"]) },
            { try client.reaches("10.3.0.1:80") }
        )
        try machine.ip(["link set tun7 down"])
        try doctor.expectMended("interface-down", of: "web") {
            try client.reaches("10.3.0.1:80")
        }
        withExtendedLifetime(server) {}
    }

    @Test func `a pattern that no interface matches`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let server = try doctor.lab.machine.serve(ports: [8080])
        try doctor.apply(Self.onTunnel.replacing("tun7", with: #""tun*""#))
        #expect(try doctor.findings().map(\.code) == ["missing-interface"])
        try doctor.apply(Self.onTunnel.replacing("tun7", with: #""mach*""#))
        #expect(try doctor.findings().isEmpty)
        #expect(try doctor.lab.client.reaches("10.3.0.1:80"))
        withExtendedLifetime(server) {}
    }

    @Test func `what arrives at a port of a bridge has arrived on the bridge`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let (machine, client) = (doctor.lab.machine, try doctor.lab.client)
        let server = try machine.serve(ports: [8080])
        _ = try? machine.set("net/bridge/bridge-nf-call-iptables", to: 0)
        try machine.ip([
            "link add lan type bridge", "link set machine2 master lan", "link set lan up",
            "addr del 10.3.0.1/24 dev machine2", "addr add 10.3.0.1/24 dev lan",
        ])
        let redirect = Self.onTunnel.replacing("tun7", with: "machine2")
        try doctor.apply(redirect)
        try doctor.expectMended(
            "bridge-port",
            of: "web",
            by: { finding in
                #expect(finding.advice == "name `interface: lan` in the redirect")
                try doctor.apply(redirect.replacing("machine2", with: "lan"))
            },
            { try client.reaches("10.3.0.1:80") }
        )
        withExtendedLifetime(server) {}
    }
}

/// What `doctor` says of bridges that translate addresses (br_netfilter).
@Suite(.networkNamespace) struct DoctorBridgeTests {
    @Test func `a server behind a bridge does not reach itself`() throws {
        let doctor = try DoctorLab(.withLocalNetwork())
        let (machine, server) = (doctor.lab.machine, try doctor.lab.host("server"))
        try machine.set("net/bridge/bridge-nf-call-iptables", to: 1)
        let echo = try server.serve(ports: [8080])
        try doctor.apply(
            """
              - name: web
                direction: inbound
                match: {protocol: tcp, destination: {address: 10.1.0.1, port: 80}}
                to: {address: 10.3.0.10, port: 8080}
                masquerade: true
            """
        )
        #expect(try doctor.lab.client.reaches("10.1.0.1:80"))
        try doctor.expectMended("bridge-hairpin", of: "web", isCertain: false) {
            try server.reaches("10.1.0.1:80")
        }
        try machine.set("net/bridge/bridge-nf-call-iptables", to: 1)
        try machine.ip(
            ["machine2", "machine3"].map { "link set \($0) type bridge_slave hairpin on" }
        )
        #expect(try server.reaches("10.1.0.1:80"))
        #expect(try doctor.findings().isEmpty)
        withExtendedLifetime(echo) {}
    }
}
