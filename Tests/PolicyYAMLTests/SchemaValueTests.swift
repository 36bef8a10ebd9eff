import Diagnostics
import Testing

@testable import PolicyYAML

/// Values that look like others to YAML, or that only a pattern or a rule can tell apart.
@Suite struct SchemaValueTests {
    @Test func `what the decoder reads fits, and what it refuses does not`() throws {
        let reasons = try SchemaValidator.reasons(Self.redirects.map(policy))
        for (redirect, reason) in zip(Self.redirects, reasons) {
            let errors = findings(in: policy(redirect)).filter { $0.severity == .error }
            #expect((reason == nil) == errors.isEmpty, "\(redirect): \(reason ?? "fits")")
        }
    }

    private func policy(_ redirect: String) -> String {
        """
        version: 1
        addresses: {lan: 10.0.0.0/8, proxy: 192.0.2.1}
        ports: {web: [80, 443], alt: 8080}
        redirects:
          - {name: web, direction: outbound, \(redirect)}

        """
    }

    private static let redirects =
        targets + balances + locals + bypasses + masquerades + logs + texts + marks + accounts
        + cgroups + connections + outcomes + addresses + protocols

    private static let targets = [
        "8080", "\"8080\"", "0", "65535", "65536", "1.5", "true", "-1", "\"65536\"", "\"080\"",
        "[80]", "", "null", "alt", "any", "local", "0x50, local: true",
    ].map { "match: {protocol: tcp}, to: {port: \($0)}" }

    private static let locals = [
        "true", "\"true\"", "false", "\"false\"", "80", "\"80\"", "alt", "Alt",
        "80, port: 80",
        "true, address: proxy",
    ].map { "match: {protocol: [tcp, udp]}, to: {local: \($0)}" }

    private static let bypasses = [
        "bypass: true", "bypass: \"true\"", "bypass: false", "bypass: \"false\"", "bypass: yes",
        "bypass: true, to: {local: true}", "enabled: true", "to: {}", "to: []", "to: true",
    ]

    private static let balances = [
        "8000-8009", "\"8000-8009\"", "8000-8000", "port: 8000-8009, address: proxy",
        "local: 8000-8009",
        "local: 8000-8000", "balance: random", "targets: [{local: 1}]",
        "balance: random, targets: []",
        "balance: random, targets: [{}]", "balance: random, targets: [{weight: 2}]",
        "balance: source-hash, targets: [{local: true}, {address: proxy, port: alt, weight: 2}]",
        "balance: random, targets: [{local: true, port: 80}]",
        "balance: random, targets: [{port: 80, weight: 0}]",
        "balance: random, targets: [{port: 80, weight: \"65535\"}]",
        "balance: random, targets: [{port: 80, weight: 65536}]",
        "balance: random, targets: [{port: 80-81}]", "balance: rr, targets: [{port: 80}]",
        "balance: random, targets: [{port: 80}], port: 81",
    ].flatMap { target in
        let to = target.contains(":") ? target : "port: \(target)"
        return [
            "match: {protocol: tcp, destination: {port: 9000-9009}}, to: {\(to)}",
            "match: {protocol: tcp}, to: {\(to)}", "to: {\(to)}",
        ].filter { !$0.contains("9000") || !to.contains("8000-8000") }
    }

    private static let masquerades = [
        "true", "false", "\"false\"", "{from: 10.0.0.0/8}", "{from: [lan]}", "{from: local}",
        "{from: []}", "{}", "[]", "{from: 10.0.0.0/8, to: 10.0.0.0/8}",
    ].flatMap { value in
        [
            "to: {address: proxy}", "to: {local: true}", "bypass: true",
            "to: {balance: random, targets: [{address: proxy}, {local: true}]}",
            "to: {balance: random, targets: [{local: true}]}",
        ].map { "\($0), masquerade: \(value)" }
    }

    private static let logs = [
        "{}", "true", "{prefix: web}", "{prefix: \"\"}", "{prefix: \"a b: \"}", "{prefix: a$b}",
        "{prefix: \"a\\\\b\"}", "{prefix: é}", "{prefix: 5}", "{level: info}", "{level: warning}",
        "{group: 0}", "{group: 65535}", "{group: 65536}", "{group: \"1\"}", "{group: \"01\"}",
        "{group: 1, level: info}", "{rate: 10/minute}", "{rate: 0/minute}", "{rate: 10/min}",
        "{rate: 10}", "{rate: 10 / minute}", "{group: 1, rate: 1/day, prefix: x}",
    ].map { "to: {local: true}, log: \($0)" }

    private static let texts = [
        "enabled: false", "enabled: \"false\"", "enabled: off", "enabled: 0", "description: 2024",
        "description: 1.5e3", "description: \"\"", "description: [a, b]", "description: \"a\\tb\"",
        "match: {interface: 5}", "match: {interface: wg*}", "match: {interface: \"*\"}",
        "match: {interface: [eth0, wg0.1]}", "match: {interface: []}", "match: {interface: ..}",
        "match: {interface: abcdefghijklmno}", "match: {interface: Abcdefghijklmnop}",
        "match: {interface: abcdefghijklmno*}", "match: {interface: [[eth0]]}", "match: {}",
        "match: {family: ipv4}", "match: {family: 4}", "match: {family: [ipv4]}",
    ].map { "to: {local: true}, \($0)" }

    private static let marks = [
        "0x10", "\"0x10\"", "16", "\"16\"", "\"016\"", "0x10/0xff", "16/0xFF", "-1", "0x1ffffffff",
        "0x10/0", "0x10/0x00", "0x10/", "[1]", "ten",
    ].map { "to: {local: true}, match: {mark: \($0)}" }

    private static let cgroups = [
        "a", "a/b.slice", "/a", "a/", "a//b", "a/../b", "..", "...", ".a", "a b", "5", "[a, b]",
        "user@1000.service", "\"a\\\\x2db\"", "é", "a*",
    ].map { "to: {local: true}, match: {cgroup: \($0)}" }

    private static let connections = [
        "inbound tcp 192.0.2.7 -> 192.0.2.1:80", "inbound tcp 192.0.2.7:5 -> local:80",
        "inbound tcp 192.0.2.7->192.0.2.1:80", "inbound tcp -> 192.0.2.1:80",
        "inbound tcp [2001:db8::7]:5 -> [::1]:80", "inbound tcp 2001:db8::7 -> [::1]:80",
        "inbound tcp [2001:db8::7] -> [::1]:80", "inbound tcp 192.0.2.7 -> 192.0.2.1",
        "outbound tcp 192.0.2.1:80", "inbound udp [::1]:53", "outbound sctp [2001:db8::1]:1",
        "  outbound\ttcp  192.0.2.1:80 ", "tcp 192.0.2.1:80", "outbound 192.0.2.1:80",
        "outbound tcp",
        "outbound tcp 192.0.2.1", "outbound tcp 192.0.2.1:0", "outbound tcp ::1:80",
        "out tcp 192.0.2.1:80",
        "outbound icmp 192.0.2.1:80", "outbound tcp example.org:80", "outbound tcp [192.0.2.1]:80",
        "outbound tcp 192.0.2.1:80 user=0", "inbound tcp 192.0.2.1:80 user=0",
        "inbound tcp 192.0.2.1:80 interface=eth0 mark=5", "inbound tcp 192.0.2.1:80 cgroup=a",
        "outbound tcp 192.0.2.1:80 user", "outbound tcp 192.0.2.1:80 user=",
        "outbound tcp 192.0.2.1:80 uid=0",
        "outbound tcp 192.0.2.1:80 cgroup=a/b group=0",
    ].map { "to: {local: true}}]\ntests: [{connection: \"\($0)\", expect: unchanged" }

    private static let outcomes = [
        "unchanged", "bypass", "192.0.2.1:80", "[192.0.2.1:80, unchanged]", "[]", "192.0.2.1",
        "local",
        "\"local:80\"", "\"local:0\"", "\"local:\"", "\"::1\"", "80", "\"[192.0.2.1]:80\"",
        "192.0.2.1:99999", "unchanged, by: web", "unchanged, by: none", "unchanged, by: Web",
        "unchanged, by: [web]", "unchanged, masquerade: true", "unchanged, masquerade: \"false\"",
        "unchanged, masquerade: yes", "unchanged, masquerade: 192.0.2.9",
        "unchanged, masquerade: 192.0.2.0/24", "unchanged, masquerade: 1",
        "unchanged, masquerade: [192.0.2.9]",
    ].map {
        "to: {local: true}}]\ntests: [{connection: outbound tcp 192.0.2.1:80, expect: \($0)"
    }

    private static let accounts = [
        "0", "\"0\"", "4294967294", "4294967295", "\"00\"", "[0, 1-5]", "-5", "1-", "1-root",
        "\"0,1\"", "root", "[root]", "[root, ]", "a:b", "\"\"",
    ].map { "to: {local: true}, match: {user: \($0)}" }

    private static let addresses = [
        "\"::\"", "\"::1\"", "\"::/0\"", "1::2-1::ffff", "\"64:ff9b::192.0.2.1\"",
        "1:2:3:4:5:6:7:8", "2001:DB8::1", "\"::1/128\"", "\"::1/129\"", "1:2", "12345::1", "::g",
        "10.0.0.0/8", "10.0.0.1/32", "10.0.0.0/08", "10.0.0.0/33", "10.0", "10.0.0.256",
        "10.0.0.1-10.0.0.9",
        "10.0.0.1-::1", "10.0.0.01", "lan", "[lan, 192.0.2.1]", "any", "[]", "local",
        "[lan, local]",
    ].flatMap { value in
        ["source", "destination"].map { "to: {local: true}, match: {\($0): {address: \(value)}}" }
    }

    private static let protocols =
        ["protocol: tcp, ", "protocol: [udp, sctp], ", "protocol: any, ", "protocol: [any], ", ""]
        .flatMap { words in
            [
                "match: {\(words)destination: {port: 80}}, to: {local: true}",
                "match: {\(words)source: {port: [web, 8000-8010]}}, to: {local: true}",
                "match: {\(words)family: ipv4}, to: {port: 80}",
                "match: {\(words)family: ipv4}, to: {local: 80}",
                "match: {\(words)family: ipv4}, to: {local: true}",
                "match: {\(words)family: ipv4}, to: {local: true}, "
                    + "except: [{destination: {port: 22}}]",
                "match: {protocol: tcp}, to: {local: true}, "
                    + "except: [{\(words)destination: {port: 22}}]",
                "to: {local: true}, except: [{\(words)source: {port: 22}}]",
            ]
        }
}
