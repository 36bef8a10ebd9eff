import Addressing
import Diagnostics
import PolicyModel
import Testing

@testable import PolicyYAML

/// `masquerade`.
@Suite struct MasqueradeTests {
    private func text(_ masquerade: String, rest: String = "to: {address: 192.0.2.1}") -> String {
        policy(with: "\(rest)\n    masquerade: \(masquerade)")
    }

    private func masquerade(_ text: String) throws -> Masquerade? {
        let loaded = try load(text)
        #expect(loaded.warnings.isEmpty)
        return loaded.policy.redirects.first?.masquerade
    }

    @Test func `it is for all, for some or for nobody`() throws {
        #expect(try masquerade(text("true")) == Masquerade())
        #expect(try masquerade(text("false")) == nil)
        #expect(try masquerade(policy(with: "to: {address: 192.0.2.1}")) == nil)
        let some = try masquerade(text("{from: [10.0.0.0/8, 192.168.0.1, 'fd00::/8']}"))
        #expect(some?.clients?.description == "10.0.0.0/8,192.168.0.1,fd00::/8")
        let named = text("{from: lan}")
            .replacing("redirects:", with: "addresses: {lan: 10.0.0.0/8}\nredirects:")
        #expect(try masquerade(named)?.clients?.description == "10.0.0.0/8")
    }

    @Test func `the source is the interface's, or one address of each family`() throws {
        let both = "match: {protocol: tcp}\n    to: {port: 80}"
        #expect(try masquerade(text("{to: 10.0.0.1}"))?.source == Self.v4)
        let all = try masquerade(text("{to: [10.0.0.1, 'fd00::1']}", rest: both))
        #expect(
            all?.source.addresses.mapValues(\.description) == [.ipv4: "10.0.0.1", .ipv6: "fd00::1"]
        )
        #expect(all?.clients == nil)
        let some = try masquerade(text("{from: 10.0.0.0/8, to: 10.0.0.1}", rest: both))
        #expect(some?.source == Self.v4)
        #expect(some?.clients?.description == "10.0.0.0/8")
        let named = text("{to: me}")
            .replacing("redirects:", with: "addresses: {me: 10.0.0.1}\nredirects:")
        #expect(try masquerade(named)?.source == Self.v4)
    }

    private static let v4 = IPAddress("10.0.0.1").map { Masquerade.Source([.ipv4: $0]) }

    @Test(arguments: [
        ("1️⃣0.0.0.02️⃣", DiagnosticCode.invalidAddress), ("1️⃣224.0.0.12️⃣", .invalidAddress),
        ("1️⃣255.255.255.2552️⃣", .invalidAddress), ("1️⃣127.0.0.12️⃣", .invalidAddress),
        ("1️⃣10.0.0.0/82️⃣", .invalidAddress), ("1️⃣local2️⃣", .invalidAddress),
        ("[10.0.0.1, 1️⃣10.0.0.22️⃣]", .duplicateValue), ("1️⃣'fd00::1'2️⃣", .familyConflict),
        ("[10.0.0.1, 1️⃣'fd00::1'2️⃣]", .masqueradeWithoutEffect), ("1️⃣[]2️⃣", .emptyList),
    ])
    func `another source is refused`(value: String, code: DiagnosticCode) throws {
        try expectFinding(code, in: text("{to: \(value)}"))
    }

    @Test func `every family that the redirect can have needs an address`() throws {
        let both = "match: {protocol: tcp}\n    to: {port: 80}"
        try expectFinding(.familyConflict, in: text("{to: 1️⃣10.0.0.12️⃣}", rest: both))
        let narrow = "match: {family: ipv4, protocol: tcp}\n    to: {port: 80}"
        #expect(findings(in: text("{to: 10.0.0.1}", rest: narrow)).isEmpty)
    }

    @Test(arguments: ["1️⃣1282️⃣", "1️⃣-12️⃣", "1️⃣7-62️⃣", "1️⃣1-2-32️⃣", "1️⃣042️⃣", "1️⃣0x102️⃣", "1️⃣0-2562️⃣"])
    func `labels are bits that there are`(labels: String) throws {
        try expectFinding(
            .invalidLabels,
            in: "version: 1\nsettings: {labels: \(labels)}\nredirects: []\n"
        )
    }

    @Test(arguments: [
        ("1️⃣yes2️⃣", DiagnosticCode.invalidBoolean), ("1️⃣[]2️⃣", .wrongKind), ("1️⃣{}2️⃣", .missingKey),
        ("{from: 1️⃣[]2️⃣}", .emptyList), ("{from: 1️⃣{}2️⃣}", .wrongKind),
        ("{from: 1️⃣local2️⃣}", .localAsSource), ("{from: 1️⃣lan2️⃣}", .unknownName),
        ("{from: 1️⃣10.0.0.1/82️⃣}", .hostBitsSet), ("{from: 1️⃣'fd00::/8'2️⃣}", .familyConflict),
    ])
    func `anything else is refused`(value: String, code: DiagnosticCode) throws {
        try expectFinding(code, in: text(value))
    }

    @Test(arguments: [
        "bypass: true", "to: {local: true}", "match: {protocol: tcp}\n    to: {local: 80}",
        "match: {protocol: tcp, destination: {port: 1-2}}\n    to: {local: 3-4}",
        "match: {protocol: tcp}\n    to: {balance: random, targets: [{local: 80}, {local: 81}]}",
    ])
    func `connections that stay as they are, or here, have none`(rest: String) throws {
        for direction in ["inbound", "outbound"] {
            let marked = text("1️⃣true2️⃣", rest: rest).replacing("inbound", with: direction)
            try expectFinding(.masqueradeWithoutEffect, in: marked)
        }
        #expect(findings(in: text("false", rest: rest)).isEmpty)
    }

    @Test func `a target on the loopback is this machine`() throws {
        let marked = text("1️⃣true2️⃣", rest: "to: {address: 127.0.0.1}")
            .replacing("inbound", with: "outbound")
        try expectFinding(.masqueradeWithoutEffect, in: marked)
    }

    @Test func `a part of a balance may leave`() {
        let rest =
            "match: {protocol: tcp}\n    to: {balance: random, targets: "
            + "[{local: 80}, {address: 192.0.2.1}]}"
        #expect(findings(in: text("true", rest: rest)).isEmpty)
    }

    @Test func `the clients are some of the match`() throws {
        let rest = "match: {source: {address: 10.0.0.0/24}}\n    to: {address: 192.0.2.1}"
        try expectFinding(
            .masqueradeWithoutEffect,
            in: text("{from: 1️⃣10.0.1.0/242️⃣}", rest: rest)
        )
        for near in ["10.0.0.255", "10.0.0.0/8", "[10.0.1.0/24, 10.0.0.7]"] {
            #expect(findings(in: text("{from: \(near)}", rest: rest)).isEmpty)
        }
        #expect(throws: Never.self) { try load(text("{from: 10.0.1.0/24}", rest: rest)) }
    }

    @Test func `clients of both families go with either`() {
        let from = "{from: [10.0.0.0/8, 'fd00::/8']}"
        for rest in ["to: {address: 192.0.2.1}", "to: {address: 'fd00::1'}"] {
            #expect(findings(in: text(from, rest: rest)).isEmpty)
        }
    }
}
