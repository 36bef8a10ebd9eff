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
        targets + locals + bypasses + texts + marks + accounts + addresses + protocols

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

    private static let texts = [
        "enabled: false", "enabled: \"false\"", "enabled: off", "enabled: 0", "description: 2024",
        "description: 1.5e3", "description: \"\"", "description: [a, b]", "description: \"a\\tb\"",
        "match: {interface: 5}", "match: {interface: wg*}", "match: {interface: \"*\"}",
        "match: {interface: [eth0, wg0.1]}", "match: {interface: []}", "match: {interface: ..}",
        "match: {interface: abcdefghijklmno}", "match: {interface: abcdefghijklmnop}",
        "match: {interface: abcdefghijklmno*}", "match: {interface: [[eth0]]}", "match: {}",
        "match: {family: ipv4}", "match: {family: 4}", "match: {family: [ipv4]}",
    ].map { "to: {local: true}, \($0)" }

    private static let marks = [
        "0x10", "\"0x10\"", "16", "\"16\"", "\"016\"", "0x10/0xff", "16/0xFF", "-1", "0x1ffffffff",
        "0x10/0", "0x10/0x00", "0x10/", "[1]", "ten",
    ].map { "to: {local: true}, match: {mark: \($0)}" }

    private static let accounts = [
        "0", "\"0\"", "4294967294", "4294967295", "\"00\"", "[0, 1-5]", "-5", "1-", "1-root",
        "\"0,1\"", "root", "[root]", "[root, ]", "a:b", "\"\"",
    ].map { "to: {local: true}, match: {user: \($0)}" }

    private static let addresses = [
        "\"::\"", "\"::1\"", "\"::/0\"", "1::2-1::ffff", "\"64:ff9b::192.0.2.1\"",
        "1:2:3:4:5:6:7:8", "2001:DB8::1", "\"::1/128\"", "\"::1/129\"", "1:2", "12345::1", "::g",
        "10.0.0.0/8", "10.0.0.1/32", "10.0.0.0/33", "10.0", "10.0.0.256", "10.0.0.1-10.0.0.9",
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
