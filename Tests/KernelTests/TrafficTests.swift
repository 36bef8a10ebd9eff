import Addressing
import TableDiff
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
        #expect(try policy.counts == ["first": 1, "second": 1])
    }

    @Test func `exceptions go on to later redirects, and a bypass ends the search`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [80, 1001, 1002])
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirects: """
                - name: bypassed
                  direction: outbound
                  match: {protocol: tcp, destination: {address: 192.0.2.9, port: 80}}
                  bypass: true
                - name: first
                  direction: outbound
                  match: {protocol: tcp, destination: {address: [192.0.2.0/24, "2001:db8::/32"], port: 80}}
                  except:
                    - {destination: {address: [192.0.2.1, "2001:db8::1"]}}
                    - {source: {port: 30000-30001}}
                  to: {port: 1001}
                - name: second
                  direction: outbound
                  match: {protocol: tcp, destination: {port: 80}}
                  except:
                    - {destination: {address: 192.0.3.0/24}}
                  to: {port: 1002}
                """
        )
        let machine = lab.machine
        #expect(try machine.ask(.tcp, "192.0.2.9:80") == .reached("192.0.2.9:80"))
        #expect(try machine.ask(.tcp, "192.0.2.2:80") == .reached("192.0.2.2:1001"))
        #expect(try machine.ask(.tcp, "[2001:db8::2]:80") == .reached("[2001:db8::2]:1001"))
        #expect(try machine.ask(.tcp, "192.0.2.1:80") == .reached("192.0.2.1:1002"))
        #expect(try machine.ask(.tcp, "[2001:db8::1]:80") == .reached("[2001:db8::1]:1002"))
        let excepted = "10.1.0.1:30001"
        #expect(try machine.ask(.tcp, "192.0.2.3:80", from: excepted) == .reached("192.0.2.3:1002"))
        let other = "10.1.0.1:30002"
        #expect(try machine.ask(.tcp, "192.0.2.3:80", from: other) == .reached("192.0.2.3:1001"))
        #expect(try machine.ask(.tcp, "192.0.3.1:80") == .reached("192.0.3.1:80"))
        #expect(try policy.counts == ["bypassed": 1, "first": 3, "second": 3])
        #expect(try policy.difference.isEmpty)
    }

    @Test func `only connections that leave by the interface match`() throws {
        let lab = try Lab.withInternet()
        let servers = [
            try lab.internet.serve(ports: [80, 8080]), try lab.machine.serve(ports: [80, 8080]),
        ]
        defer { withExtendedLifetime(servers) {} }
        for interfaces in ["machine1", "machine*", "[eth0, machine1]", "[lo2, mach*]"] {
            try lab.machine.nft("flush ruleset")
            let policy = try PolicyUnderTest(
                redirect: "direction: outbound",
                "match: {protocol: tcp, destination: {port: 80}, interface: \(interfaces)}",
                "to: {port: 8080}"
            )
            #expect(try lab.machine.ask(.tcp, "192.0.2.1:80") == .reached("192.0.2.1:8080"))
            #expect(try lab.machine.ask(.tcp, "127.0.0.1:80") == .reached("127.0.0.1:80"))
            #expect(try policy.difference.isEmpty)
        }
    }

    @Test func `only connections that arrive on the interface match`() throws {
        let lab = try Lab.withInternetAndClient()
        let server = try lab.machine.serve(ports: [80, 8080])
        defer { withExtendedLifetime(server) {} }
        _ = try PolicyUnderTest(
            redirect: "direction: inbound",
            "match: {protocol: tcp, destination: {port: 80}, interface: machine2}",
            "to: {local: 8080}"
        )
        #expect(try lab.client.ask(.tcp, "10.3.0.1:80") == .reached("10.3.0.1:8080"))
        #expect(try lab.internet.ask(.tcp, "10.1.0.1:80") == .reached("10.1.0.1:80"))
    }

    @Test func `local means every address of this machine`() throws {
        let lab = try Lab.withInternetAndClient()
        let servers = [
            try lab.machine.serve(ports: [80, 8080]), try lab.internet.serve(ports: [80, 8080]),
        ]
        defer { withExtendedLifetime(servers) {} }
        let policy = try PolicyUnderTest(
            redirect: "direction: [inbound, outbound]",
            "match: {protocol: tcp, destination: {address: [local, 192.0.2.7], port: 80}}",
            "to: {port: 8080}"
        )
        #expect(try policy.difference.isEmpty)
        for target in ["10.3.0.1", "10.1.0.1", "[fd03::1]", "192.0.2.7"] {
            #expect(try lab.client.ask(.tcp, "\(target):80") == .reached("\(target):8080"))
        }
        for target in ["127.0.0.1", "[::1]", "10.1.0.1", "192.0.2.7"] {
            #expect(try lab.machine.ask(.tcp, "\(target):80") == .reached("\(target):8080"))
        }
        #expect(try lab.client.ask(.tcp, "192.0.2.8:80") == .reached("192.0.2.8:80"))
        #expect(try lab.machine.ask(.tcp, "[2001:db8::7]:80") == .reached("[2001:db8::7]:80"))
    }

    @Test func `only processes of the user and group match`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [80, 8080])
        defer { withExtendedLifetime(server) {} }
        let cases = [
            ("user: 0", 8080), ("user: 1-65535", 80), ("user: [0, 1000-2000]", 8080),
            ("group: 0", 8080), ("group: 1", 80), ("user: 0, group: 1", 80),
        ]
        for (keys, port) in cases {
            try lab.machine.nft("flush ruleset")
            let policy = try PolicyUnderTest(
                redirect: "direction: outbound",
                "match: {protocol: tcp, destination: {port: 80}, \(keys)}",
                "to: {port: 8080}"
            )
            #expect(try lab.machine.ask(.tcp, "192.0.2.1:80") == .reached("192.0.2.1:\(port)"))
            #expect(try policy.difference.isEmpty)
        }
    }

    @Test func `the proxy's user is excepted, others are not`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [80, 8080])
        defer { withExtendedLifetime(server) {} }
        for (user, port) in [("0", 80), ("1-65535", 8080)] {
            try lab.machine.nft("flush ruleset")
            _ = try PolicyUnderTest(
                redirect: "direction: outbound",
                "match: {protocol: tcp, destination: {port: 80}}",
                "except: [{user: \(user)}]",
                "to: {port: 8080}"
            )
            #expect(try lab.machine.ask(.tcp, "192.0.2.1:80") == .reached("192.0.2.1:\(port)"))
        }
    }

    @Test func `only packets with the mark match`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [80, 8080])
        defer { withExtendedLifetime(server) {} }
        // Marks are set before NAT looks: by another table, as a VPN or a proxy would.
        let cases = [
            ("0x10", "0x10", 8080), ("0x10", "0x11", 80), ("0x10/0xf0", "0x11", 8080),
            ("0x10/0xf0", "0x20", 80), ("0/0x1", "0x10", 8080), ("0/0x1", "0x11", 80),
        ]
        for (wanted, mark, port) in cases {
            try lab.machine.nft(
                """
                flush ruleset
                table inet marks { chain c { type route hook output priority -150; meta mark set \(mark); }; }
                """
            )
            let policy = try PolicyUnderTest(
                redirect: "direction: outbound",
                "match: {protocol: tcp, destination: {port: 80}, mark: \(wanted)}",
                "to: {port: 8080}"
            )
            #expect(try lab.machine.ask(.tcp, "192.0.2.1:80") == .reached("192.0.2.1:\(port)"))
            #expect(try policy.difference.isEmpty)
        }
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
}

/// Connections that began before there was any NAT.
@Suite(.networkNamespace) struct ConfirmedConnectionTests {
    @Test func `what the kernel can't redirect any more is not counted`() throws {
        let lab = try Lab.withInternet()
        // Connection tracking is there, NAT is not; nobody answers.
        try lab.machine.nft(
            "table inet f { chain o { type filter hook output priority 0; ct state new counter; }; }"
        )
        func ask() throws -> LabReply {
            try lab.machine.ask(.udp, "192.0.2.1:500", from: "10.1.0.1:500", patience: 20)
        }
        #expect(try ask() == .refused || ask() == .silence)
        try lab.internet.nft(
            "table ip d { chain i { type filter hook input priority 0; udp dport 500 drop; }; }"
        )
        _ = try ask()
        let policy = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match: {protocol: udp, destination: {port: [500, 4500]}}",
            "to: {port: 501}"
        )
        for _ in 0..<5 { _ = try ask() }
        #expect(try policy.counts == ["under-test": 0])
        let server = try lab.internet.serve(ports: [501])
        defer { withExtendedLifetime(server) {} }
        #expect(
            try lab.machine.ask(.udp, "192.0.2.1:500", from: "10.1.0.1:501")
                == .reached("192.0.2.1:501")
        )
        #expect(try policy.counts == ["under-test": 1])
    }
}
