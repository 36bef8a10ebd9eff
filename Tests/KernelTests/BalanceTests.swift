import Addressing
import TableDiff
import TestSupport
import Testing

/// Connections that are shared by several targets.
@Suite(.networkNamespace) struct BalanceTests {
    @Test func `chance goes by the weights`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [8080])
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match: {protocol: [tcp, udp], destination: {port: 80}}",
            "to:",
            "  balance: random",
            "  targets:",
            "    - {address: 192.0.2.1, port: 8080, weight: 5}",
            "    - {address: 192.0.2.2, port: 8080, weight: 3}",
            "    - {address: 192.0.2.3, port: 8080, weight: 2}"
        )
        #expect(try policy.difference.isEmpty)
        // A source port that comes again would be a connection that is known already.
        let counts = try Self.replies(1000) { index in
            try lab.machine.ask(.udp, "198.51.100.7:80", from: "10.1.0.1:\(20000 + index)")
        }
        #expect(counts.values.reduce(0, +) == 1000)
        // Six standard deviations (at most 16 of 1,000): beyond once in some hundred million runs.
        for (host, expected) in [(1, 500), (2, 300), (3, 200)] {
            let count = counts["192.0.2.\(host):8080"] ?? 0
            #expect(abs(count - expected) <= 95, "\(counts)")
        }
        #expect(try policy.counts == ["under-test": 1000])
    }

    @Test func `in turn means exactly in turn, by the weights`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [80])
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match: {protocol: tcp, destination: {address: 198.51.100.0/24}}",
            "to:",
            "  balance: round-robin",
            "  targets:",
            "    - {address: 192.0.2.1}",
            "    - {address: 192.0.2.2, weight: 2}",
            "    - {address: 192.0.2.3}"
        )
        #expect(try policy.difference.isEmpty)
        for _ in 0..<3 {
            let counts = try Self.replies(8) { _ in try lab.machine.ask(.tcp, "198.51.100.7:80") }
            #expect(counts == ["192.0.2.1:80": 2, "192.0.2.2:80": 4, "192.0.2.3:80": 2])
        }
        #expect(try lab.machine.ask(.tcp, "198.51.101.0:80") == .reached("198.51.101.0:80"))
    }

    @Test func `a client always meets the same target, and many clients meet all`() throws {
        let lab = try Lab.withInternetAndClient()
        let server = try lab.internet.serve(ports: [80])
        defer { withExtendedLifetime(server) {} }
        let clients = 20..<100
        try lab.client.ip(clients.map { "addr add 10.3.0.\($0)/24 dev client2" })
        let policy = try PolicyUnderTest(
            redirect: "direction: inbound",
            "match: {protocol: tcp, destination: {address: 198.51.100.7}}",
            "to:",
            "  balance: source-hash",
            "  targets:",
            "    - {address: 192.0.2.1, weight: 2}",
            "    - {address: 192.0.2.2, weight: 1}",
            "    - {address: 192.0.2.3, weight: 1}"
        )
        #expect(try policy.difference.isEmpty)
        var places: [LabReply: Int] = [:]
        for client in clients {
            let replies = try (0..<4).map { _ in
                try lab.client.ask(.tcp, "198.51.100.7:80", from: "10.3.0.\(client):0")
            }
            #expect(Set(replies).count == 1, "client \(client)")
            places[replies[0], default: 0] += 1
        }
        #expect(places.count == 3)
        // The hash is the same in every run, so this can't fail by chance.
        #expect(places[.reached("192.0.2.1:80")] ?? 0 > places[.reached("192.0.2.2:80")] ?? 0)
    }

    @Test func `each family is shared by the targets of that family`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [80])
        defer { withExtendedLifetime(server) {} }
        for method in ["random", "round-robin", "source-hash"] {
            try lab.machine.nft("flush ruleset")
            let policy = try PolicyUnderTest(
                redirect: "direction: outbound",
                "match: {protocol: tcp, destination: {address: [198.51.100.7, \"2001:db8::7\"]}}",
                "to:",
                "  balance: \(method)",
                "  targets:",
                "    - {address: 192.0.2.1}",
                "    - {address: \"2001:db8::1\"}",
                "    - {address: \"2001:db8::2\"}",
                "    - {address: 192.0.2.2}"
            )
            #expect(try policy.difference.isEmpty)
            let ipv4 = try Self.replies(20) { _ in try lab.machine.ask(.tcp, "198.51.100.7:80") }
            #expect(Set(ipv4.keys).isSubset(of: ["192.0.2.1:80", "192.0.2.2:80"]))
            let ipv6 = try Self.replies(20) { _ in try lab.machine.ask(.tcp, "[2001:db8::7]:80") }
            #expect(Set(ipv6.keys).isSubset(of: ["[2001:db8::1]:80", "[2001:db8::2]:80"]))
            if method == "round-robin" {
                #expect(Set(ipv4.values) == [10])
                #expect(Set(ipv6.values) == [10])
            }
        }
    }

    @Test func `ports can share connections, and so can this machine`() throws {
        let lab = try Lab.withInternet()
        let servers = [
            try lab.internet.serve(ports: [8081, 8082]), try lab.machine.serve(ports: [8083]),
        ]
        defer { withExtendedLifetime(servers) {} }
        let policy = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match: {protocol: tcp, destination: {port: 80}}",
            "to:",
            "  balance: round-robin",
            "  targets: [{port: 8081}, {port: 8082}, {local: 8083}]"
        )
        #expect(try policy.difference.isEmpty)
        let counts = try Self.replies(9) { _ in try lab.machine.ask(.tcp, "192.0.2.1:80") }
        #expect(counts == ["192.0.2.1:8081": 3, "192.0.2.1:8082": 3, "127.0.0.1:8083": 3])
    }

    @Test func `one target alone takes everything`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [8081])
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match: {protocol: tcp, destination: {port: 80}}",
            "to: {balance: source-hash, targets: [{port: 8081, weight: 7}]}"
        )
        #expect(try policy.difference.isEmpty)
        #expect(try lab.machine.ask(.tcp, "192.0.2.1:80") == .reached("192.0.2.1:8081"))
    }

    private static func replies(
        _ count: Int,
        _ ask: (Int) throws -> LabReply
    ) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for index in 0..<count {
            guard case .reached(let place) = try ask(index) else { continue }
            counts[place, default: 0] += 1
        }
        return counts
    }
}
