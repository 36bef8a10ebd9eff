import Addressing
import Nftables
import OtherTables
import TestSupport
import Testing

/// What other tables do with a connection, as it is simulated and as it is.
@Suite(.networkNamespace) struct OtherTableVerdictTests {
    /// Conditions of rules for connections from 10.3.0.2 that are redirected from 10.3.0.1:80 to port 8080,
    /// with declarations that they need.
    private static let conditions: [(declarations: String, condition: String)] = [
        ("", ""),
        ("", "tcp dport 8080"),
        ("", "tcp dport 80"),
        ("", "tcp dport != 8080"),
        ("", "tcp dport { 22, 8080 }"),
        ("", "tcp dport { 1-100, 8000-8090 }"),
        ("", "tcp dport != { 1-100, 9000 }"),
        ("", "tcp dport 8000-8079"),
        ("", "tcp dport >= 8080"),
        ("", "tcp dport < 8080"),
        ("", "udp dport 8080"),
        ("", "th dport 8080"),
        ("", "meta l4proto { tcp, udp } th dport 8080"),
        ("", "meta l4proto udp"),
        ("", "meta nfproto ipv4"),
        ("", "meta nfproto ipv6"),
        ("", "meta protocol ip"),
        ("", "iifname \"machine2\""),
        ("", "iifname \"machine*\""),
        ("", "iifname { \"lo\", \"machine1\" }"),
        ("", "iifname { \"lo\", \"machine2\" }"),
        ("", "iifname != \"machine2\""),
        ("", "iif machine2"),
        ("", "iif lo"),
        ("", "ip saddr 10.3.0.2"),
        ("", "ip saddr 10.3.0.0/24 tcp dport 8080"),
        ("", "ip saddr 10.0.0.0/12"),
        ("", "ip saddr != 10.3.0.0/16"),
        ("", "ip saddr { 192.168.0.0/16, 10.3.0.0-10.3.0.9 }"),
        ("", "ip saddr . tcp dport { 10.3.0.2 . 8080 }"),
        ("", "ip saddr . tcp dport { 10.3.0.0/24 . 8000-8090 }"),
        ("", "ip saddr . tcp dport { 10.4.0.0/24 . 8000-8090, 10.3.0.0/24 . 1-9 }"),
        ("", "ip daddr 10.3.0.1"),
        ("", "ip daddr & 255.0.0.255 == 10.0.0.1"),
        ("", "ip saddr 10.3.0.2 ip daddr 10.3.0.1"),
        ("", "ip protocol tcp"),
        ("", "ip version 4"),
        ("", "ip frag-off & 0x1fff != 0"),
        ("", "ip frag-off & 0x2000 == 0"),
        ("", "ip6 saddr fd03::2"),
        ("", "ct state new"),
        ("", "ct state established,related"),
        ("", "ct state != new"),
        ("", "ct status dnat"),
        ("", "ct status confirmed"),
        ("", "meta l4proto tcp ct original proto-dst 80"),
        ("", "ct original ip daddr 10.3.0.1"),
        ("", "meta l4proto tcp ct reply proto-src 8080"),
        ("", "ct mark 0"),
        ("", "ct mark & 0x1 == 1"),
        ("", "ct direction original"),
        ("", "meta mark 0"),
        ("", "meta mark 1"),
        ("", "fib daddr type local"),
        ("", "fib daddr type { unicast, broadcast }"),
        ("", "fib saddr . iif oif missing"),
        ("", "fib saddr . iif oif exists"),
        ("", "fib saddr oif 0"),
        ("", "meta pkttype host"),
        ("", "tcp flags syn"),
        ("", "tcp flags & (fin|syn|rst|ack) == syn"),
        ("", "tcp flags & (fin|syn) == (fin|syn)"),
        ("set s { type ipv4_addr; elements = { 10.3.0.2 } }", "ip saddr @s"),
        (
            "set s { type ipv4_addr; flags interval; elements = { 10.3.0.0/30, 10.9.0.0/16 } }",
            "ip saddr @s"
        ),
        (
            "set s { type ipv4_addr; flags interval; elements = { 10.2.255.0-10.3.0.1, 10.3.0.3 } }",
            "ip saddr @s"
        ),
        ("set s { type inet_service; }", "tcp dport @s"),
        (
            "set s { type ipv4_addr . inet_service; flags interval; elements = { 10.3.0.0/24 . 8080-8081 } }",
            "ip saddr . tcp dport @s"
        ),
        ("set s { type ifname; elements = { \"machine2\" } }", "iifname @s"),
        (
            "set s { type ipv4_addr; flags timeout; elements = { 10.3.0.2 timeout 1h } }",
            "ip saddr @s"
        ),
        ("counter c { }", "counter name c"),
    ]

    /// Rules that say themselves what happens.
    private static let rules = [
        "tcp dport vmap { 8080 : drop, 80 : accept }",
        "tcp dport vmap { 80 : drop, 1-79 : drop }",
        "ip saddr vmap { 10.3.0.0/24 : jump deny }",
        "ip saddr vmap { 10.4.0.0/24 : jump deny, 10.5.0.0/24 : accept }",
        "ct state vmap { new : goto deny, established : accept }",
        "meta mark set 7 meta mark 7 drop",
        "meta mark set 7 meta mark 6 drop",
        "ct mark set 3 ct mark 3 drop",
        "jump empty",
        "goto empty",
        "goto deny",
        "tcp dport 8080 return",
        "notrack drop",
        "tcp dport 8080 notrack",
        "rt type 0 drop",
        "exthdr frag exists drop",
        "tcp dport 8080 jump back",
        "tcp dport 8080 accept",
        "tcp dport 80 accept",
    ]

    @Test func `a simulated rule does what the kernel does`() throws {
        let lab = try Lab.withInternetAndClient()
        let server = try lab.machine.serve(ports: [8080])
        defer { withExtendedLifetime(server) {} }
        for (declarations, condition) in Self.conditions {
            try expectAgreement(in: lab, declarations, "\(condition) drop")
        }
        for rule in Self.rules {
            try expectAgreement(in: lab, "", rule)
            try expectAgreement(in: lab, "", rule, policy: "drop")
        }
    }

    @Test func `of tables that are too large, only these are not read`() throws {
        let lab = try Lab.withInternetAndClient()
        func table(_ name: String, rules: Int) -> String {
            let chain =
                "type filter hook input priority 0;\n"
                + String(repeating: "drop\n", count: rules)
            return "table inet \(name) {\nchain input {\n\(chain)}\n}\n"
        }
        try lab.machine.nft(table("a", rules: 50_001))
        try lab.machine.nft(table("b", rules: 30_000))
        try lab.machine.nft(table("c", rules: 30_000) + table("d", rules: 1))
        let firewall = try OtherTableReader.read(besides: "redirctl")
        #expect(firewall.tables.map(\.name.name) == ["b", "d"])
        #expect(
            firewall.unread.map(\.reason) == [
                "too large to examine", "beyond the 50000 rules of all tables that are examined",
            ]
        )
    }

    private func expectAgreement(
        in lab: Lab,
        _ declarations: String,
        _ rule: String,
        policy: String = "accept"
    ) throws {
        try lab.machine.nft(
            """
            flush ruleset
            table inet redirctl {
                chain prerouting {
                    type nat hook prerouting priority -105;
                    tcp dport 80 redirect to :8080
                }
            }
            table inet other {
                \(declarations)
                chain deny {
                    drop
                }
                chain empty {
                }
                chain back {
                    return
                    drop
                }
                chain input {
                    type filter hook input priority 0; policy \(policy);
                    \(rule)
                }
            }
            """
        )
        let reply = try lab.client.ask(.tcp, "10.3.0.1:80", from: "10.3.0.2:0", patience: 150)
        let firewall = try OtherTableReader.read(besides: "redirctl")
        var obstacles: [Obstacle] = []
        for tracking in [FilterPacket.Tracking.new, .established] {
            var packet = try Self.packet()
            packet.tracking = tracking
            var examination = Examination(of: firewall, budget: 1000)
            let part = Firewall.Part.filters(Int32.min...Int32.max)
            obstacles += examination.obstacles(to: &packet, at: .input, part)
        }
        #expect(firewall.tables.map(\.name) == [OtherTable.Name(.inet, "other")])
        #expect(firewall.unread.isEmpty)
        #expect(obstacles.filter { !$0.isCertain }.isEmpty, "\(rule): \(obstacles)")
        #expect(obstacles.isEmpty == (reply == .reached("10.3.0.1:8080")), "\(rule): \(reply)")
    }

    private static func packet() throws -> FilterPacket {
        let machine = try #require(IPAddress("10.3.0.1"))
        let first = FilterPacket(
            family: .ipv4,
            transport: 6,
            source: .init(IPAddress("10.3.0.2"), 40_000),
            destination: .init(machine, 80),
            isToThisMachine: true,
            // The lab gives the second cable's ends these numbers.
            input: .init("machine2", index: 105),
            isOutbound: false,
            mark: 0
        )
        return first.redirected(to: .init(machine, 8080), isToThisMachine: true)
    }
}
