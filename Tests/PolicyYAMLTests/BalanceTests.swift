import Addressing
import Diagnostics
import PolicyModel
import Testing

@testable import PolicyYAML

/// `balance` and `targets`.
@Suite struct BalanceTests {
    private func text(_ to: String, match: String = "protocol: tcp") -> String {
        policy(with: "match: {\(match)}\n    to: {\(to)}")
    }

    private func balance(_ to: String) throws -> Balance {
        let loaded = try load(text(to))
        #expect(loaded.warnings.isEmpty)
        guard case .balance(let balance) = loaded.policy.redirects.first?.decision else {
            throw NotABalance()
        }
        return balance
    }

    private struct NotABalance: Error {}

    @Test(arguments: Balance.Method.allCases)
    func `every method, target and weight arrives in the model`(method: Balance.Method) throws {
        let read = try balance(
            """
            balance: \(method.rawValue), targets: [{address: 192.0.2.1}, {port: 80, weight: 65535},
              {address: "2001:db8::1", port: 81, weight: 2}, {local: 82}, {local: true, weight: 1}]
            """
        )
        let ipv4 = try #require(IPAddress("192.0.2.1"))
        let ipv6 = try #require(IPAddress("2001:db8::1"))
        let ports = try [80, 81, 82].map { NewPort.one(try #require(Port($0))) }
        let shares = [
            Balance.Share(target: .address(ipv4, port: nil)),
            Balance.Share(target: .port(ports[0]), weight: 65535),
            Balance.Share(target: .address(ipv6, port: ports[1]), weight: 2),
            Balance.Share(target: .local(port: ports[2])),
            Balance.Share(target: .local(port: nil)),
        ]
        #expect(read == Balance(method: method, shares: shares))
    }

    @Test(arguments: [
        ("1️⃣balance2️⃣: random", "`balance` has no `targets`" as String?),
        ("1️⃣targets2️⃣: [{local: 80}]", "`targets` has no `balance`"),
        ("balance: random, targets: [1️⃣{weight: 2}2️⃣]", nil),
        ("balance: random, targets: [1️⃣{}2️⃣]", nil),
        ("balance: random, targets: [{local: 1️⃣false2️⃣}]", nil),
    ])
    func `what is not complete is refused`(to: String, message: String?) throws {
        try expectFinding(.incompleteTarget, in: text(to), message: message)
    }

    @Test(arguments: [
        "port: 80, 1️⃣balance2️⃣: random, targets: [{local: 80}]",
        "targets: [{local: 80}], balance: random, 1️⃣local2️⃣: true",
        "balance: random, 1️⃣address2️⃣: 192.0.2.1, targets: [{local: 80}]",
        "1️⃣balance2️⃣: random, targets: [{local: 80}], address: 192.0.2.1",
        "balance: random, targets: [{local: 80, 1️⃣port2️⃣: 81}]",
    ])
    func `a target has one form`(to: String) throws {
        let isFirst = to.hasPrefix("1️⃣")
        let marked = isFirst ? to.replacing("1️⃣", with: "").replacing("2️⃣", with: "") : to
        if isFirst {
            #expect(findings(in: text(marked)).map(\.code) == [.ambiguousTarget])
        } else {
            try expectFinding(.ambiguousTarget, in: text(marked))
        }
    }

    @Test(arguments: ["0", "65536", "-1", "1.5", "50%", "01", "99999999999999999999", "''", "one"])
    func `a weight is a whole number that the kernel can count`(weight: String) throws {
        let to = "balance: random, targets: [{local: 80, weight: 1️⃣\(weight)2️⃣}]"
        try expectFinding(.invalidWeight, in: text(to))
    }

    @Test func `weights have a sum that the kernel can count`() {
        let shares = (1...65_538).map { number in
            "{address: 10.1.\(number >> 8 & 255).\(number & 255), port: "
                + "\(number >> 16 + 1), weight: 65535}"
        }
        let all = text("balance: random, targets: [\(shares.joined(separator: ", "))]")
        #expect(findings(in: all).filter { $0.code == .invalidWeight }.count == 1)
    }

    @Test(arguments: ["80-81", "80-80"])
    func `ports do not shift in a balance`(ports: String) throws {
        for key in ["port", "local"] {
            let to = "balance: random, targets: [{\(key): 1️⃣\(ports)2️⃣}]"
            try expectFinding(.invalidPort, in: text(to))
        }
    }

    @Test func `a list of names is no target either`() throws {
        let lists = "ports: {web: [80, 81], one: 82}\nredirects:"
        let to = "balance: random, targets: [{port: 1️⃣web2️⃣}, {local: one}]"
        try expectFinding(.invalidPort, in: text(to).replacing("redirects:", with: lists))
    }

    @Test(arguments: ["[]", "{address: 192.0.2.1}", "192.0.2.1", "[192.0.2.1]", "[[]]", ""])
    func `targets is a list of mappings`(targets: String) {
        let all = findings(in: text("balance: random, targets: \(targets)"))
        #expect(all.map(\.code) == [targets == "[]" ? .emptyList : .wrongKind])
    }

    @Test(arguments: [
        ("roundrobin", "round-robin"), ("rr", "round-robin"), ("sticky", "source-hash"),
    ])
    func `another word for a method is recognised`(word: String, meant: String) throws {
        let to = "balance: 1️⃣\(word)2️⃣, targets: [{local: 80}]"
        try expectFinding(.unknownWord, in: text(to), help: "did you mean `\(meant)`?")
    }

    @Test func `the same target twice is a warning with both weights`() throws {
        let to = "balance: random, targets: [{local: 80, weight: 3}, {local: 81}, 1️⃣{local: 80}2️⃣]"
        try expectFinding(
            .duplicateValue,
            in: text(to),
            help: "keep one of them, with `weight: 4` for what both get"
        )
    }

    @Test func `targets of both families are used by family`() throws {
        let both = "balance: random, targets: [{address: 192.0.2.1}, {address: '2001:db8::1'}]"
        let loaded = try load(text(both))
        #expect(loaded.warnings.isEmpty)
        #expect(loaded.policy.redirects.first?.families == [.ipv4, .ipv6])
    }

    @Test func `a target without the family of the match is a warning, all of them an error`()
        throws
    {
        let one = "balance: random, targets: [{local: 80}, {address: 1️⃣'2001:db8::1'2️⃣}]"
        try expectFinding(.targetNeverUsed, in: text(one, match: "family: ipv4, protocol: tcp"))
        let all = """
            balance: random, targets: [{address: 1️⃣'2001:db8::1'2️⃣}, {address: '2001:db8::2'}]
            """
        try expectFinding(
            .familyConflict,
            in: text(all, match: "source: {address: 192.0.2.0/24}"),
            message: "the `address` of `source` is IPv4 and every target is IPv6"
        )
    }

    @Test func `every target must be reachable, and its port needs a protocol`() throws {
        let far = "balance: random, targets: [{local: 80}, {address: 1️⃣224.0.0.12️⃣}]"
        try expectFinding(.unreachableTarget, in: text(far))
        let loop = "balance: random, targets: [{local: 80}, {address: 1️⃣'::1'2️⃣}]"
        try expectFinding(.unreachableTarget, in: text(loop))
        let port = "balance: random, targets: [{address: 192.0.2.1}, {local: 1️⃣802️⃣}]"
        try expectFinding(.protocolRequired, in: text(port, match: "family: ipv4"))
    }

    @Test func `one mistake in a balance hides no other`() {
        let to = """
            balance: randm, targets: [{weight: 0, local: 80}, 5, {adress: 192.0.2.1}, {port: 0}]
            """
        let codes: [DiagnosticCode] = [
            .unknownWord, .invalidWeight, .wrongKind, .unknownKey, .portOutOfRange,
        ]
        #expect(findings(in: text(to)).map(\.code) == codes)
    }
}
