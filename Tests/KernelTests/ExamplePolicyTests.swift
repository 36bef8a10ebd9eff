import Addressing
import TestSupport
import Testing

/// Every example policy does what its comment says, to real connections, and nothing else.
@Suite(.networkNamespace) struct ExamplePolicyTests {
    @Test func `outbound HTTP goes to port 8080 of the same host`() throws {
        let lab = try Lab.withInternetAndClient()
        let servers = [
            try lab.internet.serve(ports: [79, 80, 81, 8080]),
            try lab.machine.serve(ports: [80, 8080]),
        ]
        defer { withExtendedLifetime(servers) {} }
        let policy = try PolicyUnderTest(example: "http-to-8080")

        let machine = lab.machine
        #expect(try machine.ask(.tcp, "198.51.100.7:80") == .reached("198.51.100.7:8080"))
        #expect(try machine.ask(.tcp, "127.0.0.1:80") == .reached("127.0.0.1:8080"))
        #expect(try machine.ask(.tcp, "10.1.0.1:80") == .reached("10.1.0.1:8080"))
        #expect(try policy.counts == ["http-to-8080": 3])

        for untouched in ["198.51.100.7:79", "198.51.100.7:81", "[2001:db8::7]:80", "[::1]:80"] {
            #expect(try machine.ask(.tcp, untouched) == .reached(untouched))
        }
        #expect(try machine.ask(.udp, "198.51.100.7:80") == .reached("198.51.100.7:80"))
        #expect(try lab.client.ask(.tcp, "198.51.100.7:80") == .reached("198.51.100.7:80"))
        #expect(try lab.client.ask(.tcp, "10.3.0.1:80") == .reached("10.3.0.1:80"))
        #expect(try policy.counts == ["http-to-8080": 3])
    }

    @Test func `inbound web traffic goes to unprivileged ports`() throws {
        let lab = try Lab.withInternetAndClient()
        let servers = [
            try lab.machine.serve(ports: [80, 81, 444, 8080, 8443]),
            try lab.internet.serve(ports: [80, 443]),
        ]
        defer { withExtendedLifetime(servers) {} }
        let policy = try PolicyUnderTest(example: "unprivileged-web")

        let client = try lab.client
        #expect(try client.ask(.tcp, "10.3.0.1:80") == .reached("10.3.0.1:8080"))
        #expect(try client.ask(.tcp, "10.3.0.1:443") == .reached("10.3.0.1:8443"))
        #expect(try client.ask(.tcp, "[fd03::1]:80") == .reached("[fd03::1]:8080"))
        #expect(try client.ask(.tcp, "[fd03::1]:443") == .reached("[fd03::1]:8443"))
        #expect(try policy.counts == ["http": 2, "https": 2])

        #expect(try client.ask(.tcp, "10.3.0.1:81") == .reached("10.3.0.1:81"))
        #expect(try client.ask(.tcp, "10.3.0.1:444") == .reached("10.3.0.1:444"))
        #expect(try client.ask(.udp, "10.3.0.1:80") == .reached("10.3.0.1:80"))
        #expect(try client.ask(.tcp, "192.0.2.1:80") == .reached("192.0.2.1:80"))
        #expect(try lab.machine.ask(.tcp, "10.1.0.2:443") == .reached("10.1.0.2:443"))
        #expect(try lab.machine.ask(.tcp, "127.0.0.1:80") == .reached("127.0.0.1:80"))
    }

    @Test func `questions to the old resolvers go to the local one`() throws {
        let lab = try Lab.withInternetAndClient()
        let servers = [
            try lab.machine.serve(ports: [5353]),
            try lab.internet.serve(ports: [53, 54, 853]),
        ]
        defer { withExtendedLifetime(servers) {} }
        _ = try PolicyUnderTest(example: "local-dns")

        let machine = lab.machine
        #expect(try machine.ask(.udp, "192.0.2.53:53") == .reached("127.0.0.1:5353"))
        #expect(try machine.ask(.tcp, "192.0.2.53:53") == .reached("127.0.0.1:5353"))
        #expect(try machine.ask(.udp, "[2001:db8::53]:53") == .reached("[::1]:5353"))
        #expect(try machine.ask(.tcp, "[2001:db8::53]:53") == .reached("[::1]:5353"))

        for untouched in ["192.0.2.52:53", "192.0.2.54:53", "192.0.2.53:54", "192.0.2.53:853"] {
            #expect(try machine.ask(.udp, untouched) == .reached(untouched))
        }
        #expect(try machine.ask(.udp, "[2001:db8::54]:53") == .reached("[2001:db8::54]:53"))
        #expect(try lab.client.ask(.udp, "192.0.2.53:53") == .reached("192.0.2.53:53"))
    }

    @Test func `the web goes through the proxy, its own traffic and private networks do not`()
        throws
    {
        let lab = try Lab.withInternetAndClient()
        let servers = [
            try lab.machine.serve(ports: [8080]), try lab.internet.serve(ports: [22, 80, 443]),
        ]
        defer { withExtendedLifetime(servers) {} }
        let policy = try PolicyUnderTest(example: "transparent-proxy")

        let machine = lab.machine
        #expect(try machine.ask(.tcp, "198.51.100.7:80") == .reached("127.0.0.1:8080"))
        #expect(try machine.ask(.tcp, "198.51.100.7:443") == .reached("127.0.0.1:8080"))
        #expect(try machine.ask(.tcp, "[2001:db8::7]:443") == .reached("[::1]:8080"))
        #expect(try policy.counts == ["web-through-proxy": 3])

        #expect(try machine.ask(.tcp, "198.51.100.7:22") == .reached("198.51.100.7:22"))
        #expect(try machine.ask(.udp, "198.51.100.7:443") == .reached("198.51.100.7:443"))
        for edge in ["172.16.0.0", "172.31.255.255", "192.168.0.1", "169.254.9.9", "[fdff::1]"] {
            #expect(try machine.ask(.tcp, "\(edge):80") == .reached("\(edge):80"))
        }
        for beyond in ["172.15.255.255", "172.32.0.0", "192.169.0.0", "9.255.255.255"] {
            #expect(try machine.ask(.tcp, "\(beyond):80") == .reached("127.0.0.1:8080"))
        }
        #expect(try machine.ask(.tcp, "[2001:db8::1]:80") == .reached("[::1]:8080"))
        #expect(try lab.client.ask(.tcp, "198.51.100.7:80") == .reached("198.51.100.7:80"))
        #expect(try policy.counts == ["web-through-proxy": 8])
    }

    @Test func `a port is forwarded to a server behind, for both families`() throws {
        let lab = try Lab.withInternetAndClient()
        let servers = [try lab.internet.serve(ports: [443, 444, 8443])]
        defer { withExtendedLifetime(servers) {} }
        _ = try PolicyUnderTest(example: "forwarder")

        let client = try lab.client
        #expect(try client.ask(.tcp, "203.0.113.5:443") == .reached("192.0.2.10:8443"))
        #expect(try client.ask(.tcp, "[2001:db8:1::5]:443") == .reached("[2001:db8::10]:8443"))

        for untouched in ["203.0.113.4:443", "203.0.113.6:443", "203.0.113.5:444"] {
            #expect(try client.ask(.tcp, untouched) == .reached(untouched))
        }
        let neighbour = "[2001:db8:1::6]:443"
        #expect(try client.ask(.tcp, neighbour) == .reached(neighbour))
        #expect(try client.ask(.udp, "203.0.113.5:443") == .reached("203.0.113.5:443"))
        #expect(try lab.machine.ask(.tcp, "203.0.113.5:443") == .reached("203.0.113.5:443"))
    }
}
