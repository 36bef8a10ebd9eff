import Addressing
import Diagnostics
import PolicyCompiler
import PolicyModel
import PolicyYAML
import RulesetModel
import TestSupport
import Testing

@Suite struct PolicyCompilerTests {
    @Test(arguments: ExamplePolicies.names)
    func `an example compiles to what is recorded`(example: String) throws {
        let reader = PolicyReader(allowsUnsafePermissions: true)
        let loaded = try reader.read(path: ExamplePolicies.path(of: example))
        let script = PolicyCompiler.ruleset(for: loaded.policy).script
        #expect(script == PolicyCompiler.ruleset(for: loaded.policy).script)
        try Golden().check(script, against: "\(example).nft")
    }

    @Test func `both base chains are there, whatever the policy says`() throws {
        let ruleset = try Self.compile("redirects: []")
        #expect(ruleset.chains.map(\.name) == ["prerouting", "output"])
        #expect(ruleset.chains.allSatisfy { $0.rules.isEmpty && $0.head.priority == -105 })
    }

    @Test func `the settings name table and priority, and switch the counters off`() throws {
        let ruleset = try Self.compile(
            """
            settings: {table: mine, priority: -110, counters: false}
            redirects:
              - {name: a, direction: outbound, match: {protocol: tcp}, to: {port: 1}}
            """
        )
        #expect(ruleset.table == "mine")
        #expect(ruleset.counters.isEmpty)
        #expect(ruleset.chains.allSatisfy { $0.head.priority == -110 })
        #expect(try Self.rules(ruleset) == ["meta l4proto tcp dnat to :1 comment \"a\""])
    }

    @Test func `a disabled redirect leaves nothing`() throws {
        let ruleset = try Self.compile(
            """
            redirects:
              - name: a
                direction: outbound
                match: {protocol: tcp}
                to: {port: 1}
                enabled: false
            """
        )
        #expect(ruleset.counters.isEmpty)
        #expect(try Self.rules(ruleset).isEmpty)
    }

    @Test(
        arguments: [
            // A family is only named where something makes a difference between the two.
            ("{protocol: tcp}", "{port: 1}", ["meta l4proto tcp dnat to :1"]),
            (
                "{family: ipv6, protocol: tcp}", "{port: 1}",
                ["meta nfproto ipv6 meta l4proto tcp dnat to :1"]
            ),
            (
                "{protocol: tcp}", "{address: 10.0.0.1}",
                ["meta nfproto ipv4 meta l4proto tcp dnat ip to 10.0.0.1"]
            ),
            (
                "{protocol: udp}", "{address: \"fd00::1\", port: 5}",
                ["meta nfproto ipv6 meta l4proto udp dnat ip6 to [fd00::1]:5"]
            ),
            // Lists of both families are taken family by family.
            (
                "{protocol: tcp, destination: {address: [10.0.0.1, \"fd00::1\"]}}", "{local: 1}",
                [
                    "ip6 daddr . meta l4proto: fd00::1 . tcp → redirect to 1",
                    "ip daddr . meta l4proto: 10.0.0.1 . tcp → redirect to 1",
                ]
            ),
            (
                "{family: ipv4, source: {address: [10.0.0.1, \"fd00::1\"]}}",
                "{address: 10.9.9.9}",
                ["ip saddr . meta l4proto: 10.0.0.1 . 0-255 → dnat to 10.9.9.9"]
            ),
            // All addresses of a family are no condition but the family.
            (
                "{destination: {address: [0.0.0.0/0, 10.0.0.0/8]}}", "{address: 10.0.0.1}",
                ["meta nfproto ipv4 dnat ip to 10.0.0.1"]
            ),
            // What overlaps or touches is one range.
            (
                "{protocol: tcp, destination: {port: [443, 80, 80-90, 91]}}", "{port: 1}",
                [
                    "meta l4proto . th dport: tcp . 80-91 → dnat to 1",
                    "meta l4proto . th dport: tcp . 443 → dnat to 1",
                ]
            ),
            (
                "{destination: {address: [10.0.0.128/25, 10.0.0.0/25, 10.0.0.7]}}",
                "{address: 10.9.9.9}",
                ["ip daddr . meta l4proto: 10.0.0.0/24 . 0-255 → dnat to 10.9.9.9"]
            ),
            (
                "{protocol: [sctp, tcp], source: {port: 1024-65535}}", "{port: 1}",
                [
                    "meta l4proto . th sport: tcp . 1024-65535 → dnat to 1",
                    "meta l4proto . th sport: sctp . 1024-65535 → dnat to 1",
                ]
            ),
            // What needs a chain of its own is found in a map, too.
            (
                "{protocol: tcp, destination: {port: 80}}", "{local: true}",
                ["meta l4proto . th dport: tcp . 80 → jump out_a"]
            ),
        ] as [(String, String, [String])]
    )
    func `a match and a target make these`(
        match: String,
        target: String,
        expected: [String]
    ) throws {
        let ruleset = try Self.compile(
            """
            redirects:
              - {name: a, direction: outbound, match: \(match), to: \(target)}
            """
        )
        #expect(ruleset.lines(of: .output) == expected)
    }

    @Test func `the order of keys in the policy does not count, that of redirects does`() throws {
        let first = "{name: a, direction: inbound, match: {protocol: tcp}, to: {port: 1}}"
        let second = "{to: {port: 1}, match: {protocol: tcp}, direction: inbound, name: a}"
        let other = "{name: b, direction: inbound, match: {protocol: [tcp, udp]}, to: {port: 1}}"
        #expect(
            try Self.compile("redirects: [\(first), \(other)]")
                == Self.compile("redirects: [\(second), \(other)]")
        )
        #expect(
            try Self.compile("redirects: [\(first), \(other)]")
                != Self.compile("redirects: [\(other), \(first)]")
        )
    }

    private static func compile(_ body: String) throws -> Ruleset {
        try Compilation(body).ruleset
    }

    /// The rules of the output chain; the other chain must be empty.
    private static func rules(_ ruleset: Ruleset) throws -> [String] {
        try #require(ruleset.chains.count == 2)
        #expect(ruleset.chains[0].rules.isEmpty)
        return ruleset.chains[1].rules.map(\.text)
    }
}
