import Diagnostics
import PolicyModel
import TestSupport
import Testing

@testable import PolicyYAML

/// A few kilobytes of policy never become gigabytes: what it would take is counted first.
@Suite struct SizeTests {
    @Test(arguments: [
        // One key, one element; with another source it is in a set, too.
        ("match: {protocol: tcp, destination: {port: 80}}, to: {port: 8080}", 1),
        ("match: {protocol: [tcp, udp], destination: {port: [80, 443]}}, to: {port: 8080}", 4),
        (
            "match: {protocol: tcp, destination: {address: 10.0.0.1, port: 80}}, to: {address: 10.1.0.1, port: 80}, masquerade: true",
            2
        ),
        // Short of 256, lists multiply; beyond, they add up to one rule.
        ("match: {source: {address: [\(list(16))]}, mark: 1}, bypass: true", 16),
        ("match: {source: {address: [\(list(300))]}}, bypass: true", 301),
        (
            "match: {source: {address: [\(list(20))]}, destination: {address: [\(list(20))]}}, bypass: true",
            41
        ),
        // A rule for each beginning of a name, and for all names together.
        (
            "match: {source: {address: [\(list(10))]}, interface: [eth0, eth1, 'a*', 'b*']}, bypass: true",
            39
        ),
        // Each port, the element that leads to the chain, and the rules there.
        ("match: {protocol: tcp, destination: {port: 1000-1999}}, to: {port: 2000-2999}", 1002),
    ])
    func `what a redirect takes is known`(keys: String, count: Int) throws {
        let text = "version: 1\nredirects:\n  - {name: a, direction: inbound, \(keys)}\n"
        #expect(PolicySize(of: try load(text).policy).elements == [count])
    }

    @Test func `what was accepted before can be read again`() throws {
        let text = Self.policy(shifting: [("1-60000", "2-60001"), ("1-60000", "3-60002")])
        let large = text + "settings: {max-elements: 1000}\n"
        #expect(findings(in: large).map(\.code) == [.tooManyElements])
        let source = SourceText(name: "web.yaml", text: large)
        #expect(try PolicyReader().read(again: [source], accounts: []).policy.redirects.count == 2)
    }

    @Test func `long shifts by as many ports take their ports once`() throws {
        let shifts = (1...30).map { ("1-\(65_000 + $0)", "2-\(65_001 + $0)") }
        let size = PolicySize(of: try load(Self.policy(shifting: shifts)).policy)
        #expect(size.elements.first == 65_001 + 2)
        #expect(size.elements.dropFirst().allSatisfy { $0 == 3 })
        #expect(size.total == 65_030 + 30 * 2)
    }

    @Test func `one that is off takes nothing`() throws {
        let text = Self.policy(shifting: [("1-60000", "2-60001")], "enabled: false")
        #expect(PolicySize(of: try load(text).policy).total == 0)
    }

    @Test func `two shifts of all ports are allowed, and three by different numbers are not`()
        throws
    {
        let shifts = (1...3).map { ("1-65000", "\(1 + $0)-\(65_000 + $0)") }
        #expect(findings(in: Self.policy(shifting: Array(shifts.dropLast()))).isEmpty)
        let text = Self.policy(shifting: shifts)
        let finding = try #require(findings(in: text).first)
        #expect(finding.code == .tooManyElements)
        #expect(finding.message.contains(" 195006 ") && finding.message.contains(" 150030 "))
        let raised = text.replacing(
            "version: 1",
            with: "version: 1\nsettings: {max-elements: 195006}"
        )
        #expect(findings(in: raised).isEmpty)
        let lowered = raised.replacing("195006", with: "195005")
        #expect(findings(in: lowered).map(\.code) == [.tooManyElements])
    }

    @Test func `many redirects may take many elements`() throws {
        let redirects = (0..<20_000).map { number in
            "  - {name: r\(number), direction: [inbound, outbound], masquerade: true, match: {protocol: "
                + "[tcp, udp], destination: {address: 10.0.\(number / 256).\(number % 256), port: 80}}, "
                + "to: {address: 10.1.0.1, port: 80}}\n"
        }
        let policy = try load("version: 1\nredirects:\n\(redirects.joined())").policy
        #expect(PolicySize(of: policy).total == 160_000)
        #expect(policy.elementLimit == 350_000)
    }

    @Test func `what multiplies beyond all numbers is refused like any other`() throws {
        let names = (0..<1000).map { "e\($0)*" }.joined(separator: ", ")
        let groups = (0..<1000).map { "g\($0).slice" }.joined(separator: ", ")
        let key =
            "{interface: [\(names)], cgroup: [\(groups)], source: {address: [\(Self.list(1000))]}}"
        for keys in ["match: \(key), bypass: true", "except: [\(key), \(key)], to: {local: true}"] {
            let text = "version: 1\nredirects:\n  - {name: a, direction: outbound, \(keys)}\n"
            let finding = findings(in: text).first { $0.code == .tooManyElements }
            #expect(finding?.message.contains("1000000000 or more") == true)
            #expect(finding?.help?.contains("10000000 are never allowed") == true)
        }
    }

    private static func list(_ count: Int) -> String {
        (0..<count).map { "10.\($0 / 200).\($0 % 200).1" }.joined(separator: ", ")
    }

    private static func policy(shifting ports: [(String, String)], _ more: String...) -> String {
        let redirects = ports.enumerated().map { index, ports in
            let keys = [
                "name: r\(index)", "direction: inbound",
                "match: {protocol: tcp, destination: {address: 192.0.2.\(index), port: \(ports.0)}}",
                "to: {port: \(ports.1)}",
            ]
            return "  - {\((keys + more).joined(separator: ", "))}\n"
        }
        return "version: 1\nredirects:\n\(redirects.joined())"
    }
}
