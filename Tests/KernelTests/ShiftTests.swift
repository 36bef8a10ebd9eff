import Addressing
import RulesetModel
import TableDiff
import TestSupport
import Testing

/// A range of ports that moves: every port to its own partner.
@Suite(.networkNamespace) struct ShiftTests {
    @Test func `each of a thousand ports lands on its partner, and no other port moves`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: Array(5000...5999) + [999, 2000, 4999, 6000])
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match: {protocol: [tcp, udp], destination: {address: 192.0.2.1, port: 1000-1999}}",
            "to: {address: 192.0.2.2, port: 5000-5999}"
        )
        let machine = lab.machine
        for offset in 0..<1000 {
            let (target, partner) = ("192.0.2.1:\(1000 + offset)", "192.0.2.2:\(5000 + offset)")
            for transport in [.tcp, .udp] as [TransportProtocol] {
                let reply = try machine.ask(transport, target)
                #expect(reply == .reached(partner), "\(transport) \(target): \(reply)")
            }
        }
        #expect(try policy.counts == ["under-test": 2000])
        for port in [999, 2000, 4999, 6000] {
            #expect(try machine.ask(.tcp, "192.0.2.1:\(port)") == .reached("192.0.2.1:\(port)"))
        }
        #expect(try policy.counts == ["under-test": 2000])
        #expect(try policy.difference.isEmpty)
    }

    @Test func `long shifts that share a map lead each port to its partner, and count apart`()
        throws
    {
        let lab = try Lab.withInternet()
        let ports: [UInt16] = [
            1000, 2500, 2501, 2999, 3000, 3999, 5000, 6500, 6501, 6999, 7000, 7999, 4000, 999,
        ]
        let server = try lab.internet.serve(ports: ports)
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirects: """
                - name: first
                  direction: outbound
                  match: {protocol: [tcp, udp], destination: {address: 192.0.2.1, port: 1000-2999}}
                  to: {address: 192.0.2.3, port: 5000-6999}
                - name: second
                  direction: outbound
                  match: {protocol: [tcp, udp], destination: {address: 192.0.2.2, port: 2500-3999}}
                  to: {port: 6500-7999}
                - name: after
                  direction: outbound
                  match: {protocol: [tcp, udp], destination: {address: 192.0.2.0/30, port: 2500-3999}}
                  except: [{destination: {port: 2501}}]
                  to: {address: 192.0.2.9, port: 6500-7999}
                """
        )
        #expect(
            policy.ruleset.maps.filter { $0.name.hasPrefix("shift_") }.map(\.elements.count) == [
                3000
            ]
        )
        let expected = [
            ("192.0.2.1:1000", "192.0.2.3:5000"), ("192.0.2.1:2999", "192.0.2.3:6999"),
            ("192.0.2.2:2500", "192.0.2.2:6500"), ("192.0.2.2:3999", "192.0.2.2:7999"),
            // The map has these ports, for others.
            ("192.0.2.2:1000", "192.0.2.2:1000"), ("192.0.2.3:2999", "192.0.2.9:6999"),
            // The later one takes what the earlier leave.
            ("192.0.2.1:3000", "192.0.2.9:7000"), ("192.0.2.3:2500", "192.0.2.9:6500"),
            ("192.0.2.3:2501", "192.0.2.3:2501"),
            ("192.0.2.1:999", "192.0.2.1:999"), ("192.0.2.2:4000", "192.0.2.2:4000"),
        ]
        for (target, place) in expected {
            for transport in [.tcp, .udp] as [TransportProtocol] {
                let reply = try lab.machine.ask(transport, target)
                #expect(reply == .reached(place), "\(transport) \(target): \(reply)")
            }
        }
        #expect(try policy.counts == ["first": 4, "second": 4, "after": 6])
        #expect(try policy.difference.isEmpty)
    }

    @Test func `the address stays where none is given, for both families`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [1009, 2010, 2011, 2012, 1013])
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match: {protocol: [tcp, udp], destination: {port: 1010-1012}}",
            "to: {port: 2010-2012}"
        )
        for host in ["192.0.2.1", "[2001:db8::1]"] {
            for transport in [.tcp, .udp] as [TransportProtocol] {
                for port in 1010...1012 {
                    #expect(
                        try lab.machine.ask(transport, "\(host):\(port)")
                            == .reached("\(host):\(port + 1000)")
                    )
                }
                for port in [1009, 1013] {
                    let beside = "\(host):\(port)"
                    #expect(try lab.machine.ask(transport, beside) == .reached(beside))
                }
            }
        }
        #expect(try policy.difference.isEmpty)
    }

    @Test func `ranges may overlap, to either side`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: 1000...1006)
        defer { withExtendedLifetime(server) {} }
        for (target, change) in [("1001-1004", -1), ("1003-1006", 1)] {
            try lab.machine.nft("flush ruleset")
            _ = try PolicyUnderTest(
                redirect: "direction: outbound",
                "match: {protocol: tcp, destination: {port: 1002-1005}}",
                "to: {port: \(target)}"
            )
            for port in 1002...1005 {
                #expect(
                    try lab.machine.ask(.tcp, "192.0.2.1:\(port)")
                        == .reached("192.0.2.1:\(port + change)")
                )
            }
        }
    }

    @Test func `this machine can be the target, for both directions and families`() throws {
        let lab = try Lab.withInternetAndClient()
        let server = try lab.machine.serve(ports: 7000...7002)
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirect: "direction: [inbound, outbound]",
            "match: {protocol: [tcp, udp], destination: {port: 6000-6002}}",
            "to: {local: 7000-7002}"
        )
        for (host, here) in [("192.0.2.1", "10.3.0.1"), ("[2001:db8::1]", "[fd03::1]")] {
            #expect(try lab.client.ask(.tcp, "\(host):6001") == .reached("\(here):7001"))
            #expect(try lab.client.ask(.udp, "\(host):6002") == .reached("\(here):7002"))
        }
        #expect(try lab.machine.ask(.tcp, "192.0.2.1:6000") == .reached("127.0.0.1:7000"))
        #expect(try lab.machine.ask(.udp, "[2001:db8::1]:6002") == .reached("[::1]:7002"))
        #expect(try policy.difference.isEmpty)
    }

    @Test func `an address of IPv6 can be the target`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: 7000...7001)
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match: {protocol: tcp, destination: {port: 6000-6001}}",
            "to: {address: \"2001:db8::9\", port: 7000-7001}"
        )
        let machine = lab.machine
        #expect(try machine.ask(.tcp, "[2001:db8::1]:6001") == .reached("[2001:db8::9]:7001"))
        #expect(try machine.ask(.tcp, "192.0.2.1:7001") == .reached("192.0.2.1:7001"))
        #expect(try policy.difference.isEmpty)
    }

    @Test func `exceptions hold for a shift`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [6000, 6001, 7000, 7001])
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match: {protocol: tcp, destination: {port: 6000-6001}}",
            "except: [{destination: {port: 6001}}]",
            "to: {port: 7000-7001}"
        )
        #expect(try lab.machine.ask(.tcp, "192.0.2.1:6000") == .reached("192.0.2.1:7000"))
        #expect(try lab.machine.ask(.tcp, "192.0.2.1:6001") == .reached("192.0.2.1:6001"))
        #expect(try policy.difference.isEmpty)
    }

    @Test func `many ports can lead to one`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [7000, 6003])
        defer { withExtendedLifetime(server) {} }
        _ = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match: {protocol: tcp, destination: {port: [6000-6002, 6010]}}",
            "to: {port: 7000}"
        )
        for port in [6000, 6001, 6002, 6010] {
            #expect(try lab.machine.ask(.tcp, "192.0.2.1:\(port)") == .reached("192.0.2.1:7000"))
        }
        #expect(try lab.machine.ask(.tcp, "192.0.2.1:6003") == .reached("192.0.2.1:6003"))
    }
}
