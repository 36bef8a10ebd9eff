import Addressing
import Planning
import TestSupport
import Testing

/// What each target does to a connection, and what each key of a match lets through.
@Suite(.networkNamespace) struct TrafficTests {
    @Test func `a target port keeps the address`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [8080])
        defer { withExtendedLifetime(server) {} }
        _ = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match: {protocol: [tcp, udp], destination: {port: 80}}",
            "to: {port: 8080}"
        )
        for transport in [.tcp, .udp] as [TransportProtocol] {
            #expect(try lab.machine.ask(transport, "192.0.2.1:80") == .reached("192.0.2.1:8080"))
            #expect(
                try lab.machine.ask(transport, "[2001:db8::1]:80") == .reached("[2001:db8::1]:8080")
            )
        }
    }

    @Test func `a target address keeps the port`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [80, 81])
        defer { withExtendedLifetime(server) {} }
        _ = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match: {protocol: any, destination: {address: 192.0.2.0/24}}",
            "to: {address: 198.51.100.9}"
        )
        #expect(try lab.machine.ask(.tcp, "192.0.2.0:80") == .reached("198.51.100.9:80"))
        #expect(try lab.machine.ask(.udp, "192.0.2.255:81") == .reached("198.51.100.9:81"))
        #expect(try lab.machine.ask(.tcp, "192.0.1.255:80") == .reached("192.0.1.255:80"))
        #expect(try lab.machine.ask(.tcp, "192.0.3.0:80") == .reached("192.0.3.0:80"))
    }

    @Test func `a target of this machine without a port keeps the port`() throws {
        let lab = try Lab.withInternetAndClient()
        let server = try lab.machine.serve(ports: [80])
        defer { withExtendedLifetime(server) {} }
        _ = try PolicyUnderTest(
            redirect: "direction: [inbound, outbound]",
            "match: {protocol: tcp, destination: {address: [192.0.2.7, \"2001:db8::7\"]}}",
            "to: {local: true}"
        )
        #expect(try lab.client.ask(.tcp, "192.0.2.7:80") == .reached("10.3.0.1:80"))
        #expect(try lab.client.ask(.tcp, "[2001:db8::7]:80") == .reached("[fd03::1]:80"))
        #expect(try lab.machine.ask(.tcp, "192.0.2.7:80") == .reached("127.0.0.1:80"))
        #expect(try lab.machine.ask(.tcp, "[2001:db8::7]:80") == .reached("[::1]:80"))
    }

    @Test func `the source's address and port narrow the match`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [80, 8080])
        defer { withExtendedLifetime(server) {} }
        _ = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match: {protocol: tcp, source: {address: 10.1.0.1, port: 20000-20001}}",
            "to: {port: 8080}"
        )
        let target = "192.0.2.1:80"
        for (source, port) in [
            ("10.1.0.1:19999", 80), ("10.1.0.1:20000", 8080), ("10.1.0.1:20001", 8080),
            ("10.1.0.1:20002", 80),
        ] {
            #expect(
                try lab.machine.ask(.tcp, target, from: source) == .reached("192.0.2.1:\(port)")
            )
        }
        let other = "[2001:db8::1]:80"
        #expect(try lab.machine.ask(.tcp, other, from: "[fd01::1]:20000") == .reached(other))
    }

    @Test func `lists and ranges match their ends and nothing beside them`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [79, 80, 82, 8000, 8001, 8003, 7999, 8004, 9000])
        defer { withExtendedLifetime(server) {} }
        _ = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match:",
            "  protocol: tcp",
            "  destination:",
            "    address: [192.0.2.8-192.0.2.9, 198.51.100.0/31, \"2001:db8::8-2001:db8::9\"]",
            "    port: [80, 8000-8003]",
            "to: {port: 9000}"
        )
        let machine = lab.machine
        for host in ["192.0.2.8", "192.0.2.9", "198.51.100.0", "198.51.100.1", "[2001:db8::9]"] {
            for port in [80, 8000, 8001, 8003] {
                #expect(try machine.ask(.tcp, "\(host):\(port)") == .reached("\(host):9000"))
            }
            for port in [79, 82, 7999, 8004] {
                #expect(try machine.ask(.tcp, "\(host):\(port)") == .reached("\(host):\(port)"))
            }
        }
        for host in ["192.0.2.7", "192.0.2.10", "198.51.100.2", "198.51.99.255", "[2001:db8::a]"] {
            #expect(try machine.ask(.tcp, "\(host):80") == .reached("\(host):80"))
        }
    }

    @Test func `the first redirect that matches decides`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [1001, 1002])
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirects: """
                - name: first
                  direction: outbound
                  match: {protocol: tcp, destination: {address: 192.0.2.1, port: 80}}
                  to: {port: 1001}
                - name: second
                  direction: outbound
                  match: {protocol: tcp, destination: {port: 80}}
                  to: {port: 1002}
                """
        )
        #expect(try lab.machine.ask(.tcp, "192.0.2.1:80") == .reached("192.0.2.1:1001"))
        #expect(try lab.machine.ask(.tcp, "192.0.2.2:80") == .reached("192.0.2.2:1002"))
        #expect(try policy.counts == ["rc_first": 1, "rc_second": 1])
    }

    @Test func `a disabled redirect does nothing`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [80])
        defer { withExtendedLifetime(server) {} }
        _ = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match: {protocol: tcp, destination: {port: 80}}",
            "to: {port: 8080}",
            "enabled: false"
        )
        #expect(try lab.machine.ask(.tcp, "192.0.2.1:80") == .reached("192.0.2.1:80"))
    }

    @Test(
        arguments: [
            "http-to-8080", "unprivileged-web", "local-dns", "forwarder",
        ]
    )
    func `what was loaded is read back equal`(example: String) throws {
        #expect(try PolicyUnderTest(example: example).difference.isEmpty)
    }
}
