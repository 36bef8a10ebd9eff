import Addressing
import RulesetModel
import TableDiff
import TestSupport
import Testing

/// A prefix that moves: every address to the one at its position.
@Suite(.networkNamespace) struct PrefixTests {
    private static let protocols = [TransportProtocol.tcp, .udp]

    @Test func `first, middle and last address land on their partners, and no neighbour moves`()
        throws
    {
        let lab = try Lab.withInternetAndClient()
        let server = try lab.internet.serve(ports: [80])
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirects: """
                - name: lab
                  connection: inbound any 203.0.113.0/24
                  to: 198.51.100.0/24
                - name: six
                  connection: inbound any 2001:db8:1::/64
                  to: "2001:db8:2::/64"
                """
        )
        let moved = [
            ("203.0.113.0", "198.51.100.0"), ("203.0.113.7", "198.51.100.7"),
            ("203.0.113.128", "198.51.100.128"), ("203.0.113.255", "198.51.100.255"),
            ("[2001:db8:1::]", "[2001:db8:2::]"), ("[2001:db8:1::7]", "[2001:db8:2::7]"),
            ("[2001:db8:1:0:8000::1]", "[2001:db8:2:0:8000::1]"),
            ("[2001:db8:1:0:ffff:ffff:ffff:ffff]", "[2001:db8:2:0:ffff:ffff:ffff:ffff]"),
        ]
        for (sent, place) in moved {
            for transport in Self.protocols {
                let reply = try lab.client.ask(transport, "\(sent):80")
                #expect(reply == .reached("\(place):80"), "\(transport) \(sent): \(reply)")
            }
        }
        #expect(try policy.counts == ["lab": 8, "six": 8])
        let neighbours = [
            "203.0.112.255", "203.0.114.0", "198.51.100.7", "[2001:db8:1:1::]",
            "[2001:db8:0:ffff:ffff:ffff:ffff:ffff]",
        ]
        for neighbour in neighbours {
            for transport in Self.protocols {
                let reply = try lab.client.ask(transport, "\(neighbour):80")
                #expect(reply == .reached("\(neighbour):80"), "\(transport): \(reply)")
            }
        }
        // Those that this machine opens are none of its business.
        #expect(try lab.machine.ask(.tcp, "203.0.113.7:80") == .reached("203.0.113.7:80"))
        #expect(try policy.counts == ["lab": 8, "six": 8])
        #expect(try policy.difference.isEmpty)
    }

    @Test func `an echo request goes to the partner, and its answer comes from the address asked`()
        throws
    {
        let lab = try Lab.withInternetAndClient()
        let policy = try PolicyUnderTest(
            redirects: """
                - name: lab
                  connection: inbound any 203.0.113.0/24
                  to: 198.51.100.0/24
                - name: six
                  connection: inbound any 2001:db8:1::/64
                  to: "2001:db8:2::/64"
                """
        )
        // What stays where it was sent has no answer.
        try lab.internet.ip([
            "route add prohibit 203.0.113.0/24", "route add prohibit 203.0.114.0/24",
            "route add prohibit 2001:db8:1::/64", "route add prohibit 2001:db8:1:1::/64",
        ])
        func answers(_ address: String) throws -> String {
            try lab.client.run("python3", "-c", Self.echoRequest, address)
        }
        #expect(try answers("203.0.113.7") == "203.0.113.7\n")
        #expect(try answers("2001:db8:1::7") == "2001:db8:1::7\n")
        #expect(try answers("203.0.114.7") == "none\n")
        #expect(try answers("2001:db8:1:1::7") == "none\n")
        #expect(try policy.counts == ["lab": 1, "six": 1])
        #expect(try policy.difference.isEmpty)
    }

    /// Sends an echo request, and prints who answers (RFC 792, RFC 4443).
    private static let echoRequest = """
        import socket, sys
        six = ":" in sys.argv[1]
        family = socket.AF_INET6 if six else socket.AF_INET
        protocol = socket.IPPROTO_ICMPV6 if six else socket.IPPROTO_ICMP
        echo = socket.socket(family, socket.SOCK_RAW, protocol)
        # Type, code, checksum, identifier 1, number 1; the kernel sums up for IPv6.
        request = bytes([128, 0, 0, 0, 0, 1, 0, 1]) if six else bytes([8, 0, 0xF7, 0xFD, 0, 1, 0, 1])
        echo.sendto(request, (sys.argv[1], 0))
        echo.settimeout(1)
        try:
            while True:
                packet, place = echo.recvfrom(1024)
                if packet[0 if six else 20] == (129 if six else 0):
                    print(place[0])
                    break
        except OSError:
            print("none")
        """

    @Test func `connections of this machine move as well, but for exceptions and other protocols`()
        throws
    {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [80, 81])
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match: {protocol: tcp, destination: {address: 203.0.113.16/28, port: 80}}",
            "except: [{destination: {address: 203.0.113.20/31}}]",
            "to: {address: 198.51.100.64/28}"
        )
        let machine = lab.machine
        for (sent, place) in [
            ("203.0.113.16", "198.51.100.64"), ("203.0.113.19", "198.51.100.67"),
            ("203.0.113.22", "198.51.100.70"), ("203.0.113.31", "198.51.100.79"),
        ] { #expect(try machine.ask(.tcp, "\(sent):80") == .reached("\(place):80")) }
        for untouched in [
            "203.0.113.15:80", "203.0.113.20:80", "203.0.113.21:80", "203.0.113.32:80",
        ] { #expect(try machine.ask(.tcp, untouched) == .reached(untouched)) }
        #expect(try machine.ask(.udp, "203.0.113.19:80") == .reached("203.0.113.19:80"))
        #expect(try machine.ask(.tcp, "203.0.113.19:81") == .reached("203.0.113.19:81"))
        #expect(try policy.counts == ["under-test": 4])
        #expect(try policy.difference.isEmpty)
    }

    @Test func `what goes where it was sent keeps its source`() throws {
        let lab = try Lab.withInternetAndClient()
        let server = try lab.internet.serve(ports: [80])
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirect: "connection: inbound any 203.0.113.0/24",
            "to: 203.0.113.0/24",
            "masquerade: true"
        )
        #expect(try lab.client.ask(.tcp, "203.0.113.9:80") == .reached("203.0.113.9:80"))
        #expect(try lab.client.peer(.tcp, "203.0.113.9:80") == "10.3.0.2")
        #expect(try policy.counts == ["under-test": 2])
        #expect(try policy.difference.isEmpty)
    }

    @Test func `servers see a masqueraded connection come from this machine`() throws {
        let lab = try Lab.withInternetAndClient()
        let server = try lab.internet.serve(ports: [80])
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirect: "connection: inbound any 203.0.113.0/24",
            "to: 198.51.100.0/24",
            "masquerade: {from: 10.3.0.0/24}"
        )
        #expect(try lab.client.ask(.tcp, "203.0.113.9:80") == .reached("198.51.100.9:80"))
        #expect(try lab.client.peer(.tcp, "203.0.113.10:80") == "10.1.0.1")
        #expect(try lab.client.peer(.tcp, "203.0.114.10:80") == "10.3.0.2")
        #expect(try policy.difference.isEmpty)
    }
}
