import Addressing
import RulesetModel
import Testing

/// What `masquerade` compiles to.
@Suite struct SourceTests {
    private static func compile(_ masquerade: String, _ rest: String = "") throws -> Ruleset {
        try Compilation(
            """
            redirects:
              - name: a
                direction: inbound
                match: {protocol: tcp, destination: {address: 203.0.113.5, port: 80}}
                to: {address: 10.0.0.1}
                masquerade: \(masquerade)
            \(rest)
            """
        ).ruleset
    }

    @Test func `the label is given by a set with the keys of the map, before the map is asked`()
        throws
    {
        let ruleset = try Self.compile("true")
        #expect(
            ruleset.lines(of: .prerouting) == [
                "ip daddr . meta l4proto . th dport: 203.0.113.5 . tcp . 80 → ct label set 120",
                "ip daddr . meta l4proto . th dport: 203.0.113.5 . tcp . 80 → dnat to 10.0.0.1",
            ]
        )
        #expect(ruleset.lines(of: .postrouting) == ["ct status dnat ct label 120 masquerade"])
        let counting = ruleset.maps.map { ($0.type.value == .member, $0.type.isCounting) }
        #expect(counting.allSatisfy { $0.0 != $0.1 })
    }

    @Test func `a redirect without it shares the map of those with it, and not the label`() throws {
        let other = """
              - name: b
                direction: inbound
                match: {protocol: tcp, destination: {address: 203.0.113.5, port: 81}}
                to: {address: 10.0.0.1}
            """
        let ruleset = try Self.compile("true", other)
        let labelled = ruleset.maps.filter { $0.type.value == .member }
        #expect(labelled.flatMap(\.elements).map(\.redirect) == ["a"])
        #expect(
            ruleset.maps.map(\.name) == [
                "in_ip_daddr_proto_dport_to_addr",
                "in_ip_daddr_proto_dport_to_addr_masquerade_members",
            ]
        )
    }

    @Test func `a rule of its own has the label in a rule before it`() throws {
        let ruleset = try Compilation(
            """
            redirects:
              - name: a
                direction: inbound
                match: {protocol: tcp}
                to: {address: 10.0.0.1}
                masquerade: true
            """
        ).ruleset
        #expect(
            ruleset.lines(of: .prerouting) == [
                "meta nfproto ipv4 meta l4proto tcp ct label set 120",
                "meta nfproto ipv4 meta l4proto tcp dnat ip to 10.0.0.1",
            ]
        )
    }

    @Test func `for some clients, the label is in the redirect's own chain`() throws {
        let ruleset = try Self.compile("{from: [10.0.0.0/8, 'fd00::/8'], to: 192.0.2.1}")
        #expect(
            ruleset.regularChains.map { $0.rules.map(\.text) } == [
                [
                    "meta nfproto ipv4 ip saddr 10.0.0.0/8 ct label set 121 comment \"a\"",
                    "meta nfproto ipv4 counter name \"rc_a\" dnat ip to 10.0.0.1 comment \"a\"",
                ]
            ]
        )
    }

    @Test func `each source has a label, and the interface's own address always the first`() throws
    {
        func redirect(_ name: String, _ port: Int, _ masquerade: String) -> String {
            """
              - name: \(name)
                direction: inbound
                match: {protocol: tcp, destination: {port: \(port)}}
                to: {port: 8080}
                masquerade: \(masquerade)

            """
        }
        let chosen = "{to: [192.0.2.1, '2001:db8::1']}"
        let ruleset = try Compilation(
            "redirects:\n"
                + redirect("a", 80, chosen) + redirect("b", 81, "{to: [192.0.2.2, 'fd00::2']}")
                + redirect("c", 82, "true") + redirect("d", 83, chosen)
        ).ruleset
        #expect(
            Set(ruleset.lines(of: .postrouting)) == [
                "ct status dnat ct label 120 masquerade",
                "meta nfproto ipv4 ct status dnat ct label 121 snat ip to 192.0.2.1",
                "meta nfproto ipv6 ct status dnat ct label 121 snat ip6 to 2001:db8::1",
                "meta nfproto ipv4 ct status dnat ct label 122 snat ip to 192.0.2.2",
                "meta nfproto ipv6 ct status dnat ct label 122 snat ip6 to fd00::2",
            ]
        )
        let map = "in_inet_proto_dport_to_port"
        #expect(
            ruleset.maps.map(\.name) == [
                map, "\(map)_masquerade_members",
                "\(map)_snat_192.0.2.1_2001-db8--1_members",
                "\(map)_snat_192.0.2.2_fd00--2_members",
            ]
        )
    }

    @Test func `many that overlap, with sources in turn, share few maps`() throws {
        let redirects = (0..<60).map { number in
            """
              - name: r\(number)
                direction: inbound
                match: {protocol: tcp, destination: {address: 10.9.0.0-10.9.0.\(number + 1), port: 80}}
                to: {address: 10.0.0.1}
                masquerade: {to: 192.0.2.\(number % 6)}

            """
        }
        let ruleset = try Compilation("redirects:\n" + redirects.joined()).ruleset
        #expect(ruleset.maps.count == 1 + 6)
    }

    @Test func `the labels are those of the settings`() throws {
        let ruleset = try Compilation(
            """
            settings: {labels: 7-8}
            redirects:
              - name: a
                direction: inbound
                match: {protocol: tcp}
                to: {address: 10.0.0.1}
                masquerade: {to: 192.0.2.1}
            """
        ).ruleset
        #expect(
            ruleset.lines(of: .postrouting)
                == ["meta nfproto ipv4 ct status dnat ct label 8 snat ip to 192.0.2.1"]
        )
    }

    @Test func `long lists of clients and ports stay as small as the lists`() throws {
        let clients = (0..<600).map { "10.\($0 / 250).\($0 % 250).1" }.joined(separator: ", ")
        let ports = (0..<600).map { "\(2 * $0 + 1)" }.joined(separator: ", ")
        let ruleset = try Compilation(
            """
            redirects:
              - name: a
                direction: inbound
                match:
                  protocol: tcp
                  source: {address: [\(clients)]}
                  destination: {port: [\(ports)]}
                to: {address: 192.0.2.1}
                masquerade: true
            """
        ).ruleset
        #expect(ruleset.script.utf8.count < 64 * 1200)
    }
}
