import Addressing
import Diagnostics
import PolicyModel
import Testing

@testable import PolicyYAML

@Suite struct PolicyReaderTests {
    @Test func `every key arrives in the model`() throws {
        let loaded = try load(
            """
            %YAML 1.1
            ---
            version: 1
            settings: {table: edge, priority: -150, counters: false}
            redirects:
              - name: a.b_c-1
                description: "the old: server"
                direction: [outbound, inbound]
                match:
                  family: ipv4
                  protocol: [tcp, udp]
                  source: {address: 10.0.0.0/8, port: 1024-65535}
                  destination: {address: [192.0.2.1, 192.0.2.3-192.0.2.9], port: [80, 443]}
                to: {address: 192.0.2.10, port: 8080}
                enabled: false
            """
        )
        let settings = loaded.policy.settings
        #expect(settings == Settings(table: "edge", priority: -150, counters: false))
        let redirect = try #require(loaded.policy.redirects.first)
        #expect(loaded.warnings.isEmpty)
        #expect(redirect.name == "a.b_c-1")
        #expect(redirect.description == "the old: server")
        #expect(redirect.directions == [.inbound, .outbound])
        #expect(redirect.match.family == .ipv4)
        #expect(redirect.match.protocols == [.tcp, .udp])
        #expect(redirect.match.source.addresses?.description == "10.0.0.0/8")
        #expect(redirect.match.source.ports?.description == "1024-65535")
        let destination = redirect.match.destination
        #expect(destination.addresses?.description == "192.0.2.1,192.0.2.3-192.0.2.9")
        #expect(destination.ports?.description == "80,443")
        #expect(
            redirect.decision
                == .target(
                    .address(
                        try #require(IPAddress("192.0.2.10")),
                        port: .one(try #require(Port(8080)))
                    )
                )
        )
        #expect(!redirect.isEnabled)
        #expect(redirect.span.start == SourcePosition(line: 6, column: 11))
        #expect(redirect.span.end == SourcePosition(line: 6, column: 18))
    }

    @Test func `what is protected arrives in the model`() throws {
        let loaded = try load(
            """
            version: 1
            settings:
              protect: [inbound tcp local:22, "outbound udp [2001:db8::1]:53"]
            redirects: []
            """
        )
        let protected = loaded.policy.settings.protected
        #expect(
            protected.map { "\($0.connection)" } == [
                "inbound tcp local:22", "outbound udp [2001:db8::1]:53",
            ]
        )
        #expect(
            protected.map(\.span.start) == [
                .init(line: 3, column: 13), .init(line: 3, column: 35),
            ]
        )
        let one = "version: 1\nsettings: {protect: inbound tcp local:22}\nredirects: []\n"
        #expect(try load(one).policy.settings.protected.count == 1)
    }

    @Test(arguments: [
        ("1️⃣inbound tcp2️⃣", DiagnosticCode.invalidConnection), ("1️⃣[]2️⃣", .emptyList),
        ("[inbound tcp local:22, 1️⃣inbound tcp local:222️⃣]", .duplicateValue),
        ("inbound tcp local:1️⃣02️⃣", .portOutOfRange), ("1️⃣{tcp: 22}2️⃣", .wrongKind),
        ("[inbound tcp local:22, 1️⃣[]2️⃣]", .wrongKind),
    ])
    func `what cannot be protected is refused`(value: String, code: DiagnosticCode) throws {
        try expectFinding(
            code,
            in: "version: 1\nsettings:\n  protect: \(value)\nredirects: []\n"
        )
    }

    @Test func `what is left out has its default`() throws {
        let loaded = try load(policy(with: "to: {local: true}"))
        let redirect = try #require(loaded.policy.redirects.first)
        #expect(loaded.policy.settings == Settings())
        #expect(redirect.match == Match())
        #expect(redirect.description == nil)
        #expect(redirect.isEnabled)
    }

    @Test(arguments: [
        ("{port: 8080}", Target.port(.one(Port(8080)!))),
        ("{address: 192.0.2.1}", .address(IPAddress("192.0.2.1")!, port: nil)),
        ("{address: \"::2\", port: 1}", .address(IPAddress("::2")!, port: .one(Port(1)!))),
        ("{local: 65535}", .local(port: .one(Port(65535)!))),
        ("{local: true}", .local(port: nil)),
        ("{local: \"true\"}", .local(port: nil)),
        ("{port: \"8080\"}", .port(.one(Port(8080)!))),
    ])
    func `every form of target is read, quoted or not`(text: String, target: Target) throws {
        let loaded = try load(policy(with: "match: {protocol: tcp}\n    to: \(text)"))
        #expect(loaded.policy.redirects.first?.decision == .target(target))
    }

    @Test func `any protocol is no protocol in particular`() throws {
        let loaded = try load(policy(with: "match: {protocol: any}\n    to: {local: true}"))
        #expect(loaded.policy.redirects.first?.match.protocols == nil)
    }

    @Test(arguments: [
        "redirects: []\nversion: 1\n", "---\nversion: 1\nredirects: []\n...\n",
        "\u{FEFF}version: 1\nredirects: []\n",
        "{\"version\": 1, \"redirects\": [], \"settings\": {}}",
    ])
    func `a policy without redirects is a policy`(text: String) throws {
        #expect(try load(text).policy.redirects.isEmpty)
    }

    @Test func `one mistake hides no other`() {
        let all = findings(
            in: """
                version: 2
                settings: {tabel: x, counters: yes}
                redirects:
                  - name: A
                    direction: up
                    match: {protocol: [tcp, icmp], source: {address: [10.0.0.1/8, x], port: 0}}
                    to: {port: 99999}
                    extra: 1
                  - 5
                  - {name: b, direction: inbound, to: {local: true, port: 1}}
                """
        )
        let codes: [DiagnosticCode] = [
            .unsupportedVersion, .unknownKey, .invalidBoolean, .invalidName, .unknownWord,
            .unknownWord, .hostBitsSet, .unknownName, .portOutOfRange, .portOutOfRange,
            .unknownKey, .wrongKind, .ambiguousTarget,
        ]
        #expect(all.map(\.code) == codes)
    }

    @Test func `nothing is concluded from a part that was rejected`() {
        let texts = [
            "match: {protocol: tpc, destination: {port: 80}}\n    to: {local: true}",
            "match: {family: ip5, source: {address: 10.0.0.1}}\n    to: {address: 10.0.0.2}",
            "match: 5\n    to: {port: 80}",
            "to: {adress: 10.0.0.1}",
        ]
        for text in texts { #expect(findings(in: policy(with: text)).count == 1, "\(text)") }
    }

    @Test func `a list of both families goes with either`() throws {
        let list = "[192.0.2.1, \"2001:db8::1\"]"
        for rest in ["family: ipv4, ", "family: ipv6, ", ""] {
            let match = "match: {\(rest)source: {address: \(list)}}\n    to: {local: true}"
            #expect(findings(in: policy(with: match)).isEmpty)
        }
    }

    @Test func `warnings do not refuse a policy`() throws {
        let loaded = try load(
            policy(with: "match: {protocol: [tcp, tcp]}\n    to: {local: true}")
        )
        #expect(loaded.warnings.map(\.code) == [.duplicateValue])
        #expect(loaded.policy.redirects.count == 1)
    }
}
