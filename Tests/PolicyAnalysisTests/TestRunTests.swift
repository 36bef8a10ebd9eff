import Addressing
import Diagnostics
import PolicyModel
import PolicyYAML
import TestSupport
import Testing

@testable import PolicyAnalysis

/// The tests of a policy.
@Suite struct TestRunTests {
    /// The run of the tests of a policy, of which `redirects` and `tests` are given.
    private func run(_ redirects: String, _ tests: String...) throws -> TestRun {
        TestRun(of: try policy(redirects, tests))
    }

    private func policy(_ redirects: String, _ tests: [String]) throws -> Policy {
        let entries = tests.map { "  - {connection: \($0)}\n" }.joined()
        let text = "version: 1\nredirects: [\(redirects)]\ntests:\n\(entries)"
        return try PolicyReader().read(SourceText(name: "p.yaml", text: text)).policy
    }

    /// What is said of the only test, which must fail.
    private func failure(_ redirects: String, _ test: String) throws -> TestResult {
        let run = try run(redirects, test)
        #expect(run.failed == 1)
        return try #require(run.results.first)
    }

    private let web =
        "{name: web, direction: outbound, match: {protocol: tcp, destination: {port: 80}}, to: {port: 8080}}"

    @Test(arguments: ExamplePolicies.names)
    func `the tests of every example pass`(name: String) throws {
        let reader = PolicyReader(allowsUnsafePermissions: true)
        let policy = try reader.read(path: ExamplePolicies.path(of: name)).policy
        let run = TestRun(of: policy)
        #expect(run.results.count == policy.tests.count && !run.results.isEmpty)
        #expect(run.failed == 0, "\(run.failures.map(\.sentence))")
        for result in run.results {
            let outcome = policy.outcome(of: result.packet)
            #expect(outcome.redirect?.name == result.outcome.redirect?.name)
            #expect(outcome.places == result.outcome.places)
        }
    }

    @Test func `the first policy that a reader sees passes its test`() throws {
        let run = try run(
            """
            {name: http-to-8080, direction: outbound, except: [{user: 1500}], to: {port: 8080},
             match: {family: ipv4, protocol: tcp, destination: {port: 80}}}
            """,
            "outbound tcp 198.51.100.7:80, expect: '198.51.100.7:8080'"
        )
        #expect(run.failed == 0 && run.results.count == 1)
    }

    @Test(arguments: [
        "{port: 8080}", "{address: 192.0.2.9}", "{address: 192.0.2.9, port: 8080}", "{local: 8080}",
        "{local: true}", "{balance: random, targets: [{port: 8080}, {address: 192.0.2.9}]}",
    ])
    func `a test is met by where the connection goes and nothing else`(to: String) throws {
        let redirect =
            "{name: a, direction: [inbound, outbound], match: {protocol: tcp}, to: \(to)}"
        let goals = [
            "unchanged", "'198.51.100.7:80'", "'198.51.100.7:8080'", "'192.0.2.9:80'",
            "'192.0.2.9:8080'", "'local:80'", "'local:8080'", "'127.0.0.1:80'", "'127.0.0.1:8080'",
            "['198.51.100.7:8080', '192.0.2.9:80']",
        ]
        func met(_ connection: String) throws -> [String] {
            let run = try run(redirect, goals.map { "'\(connection)', expect: \($0)" }[0])
            #expect(run.results.count == 1)
            return try goals.filter {
                try self.run(redirect, "'\(connection)', expect: \($0)").failed == 0
            }
        }
        let outbound = try met("outbound tcp 198.51.100.7:80")
        let inbound = try met("inbound tcp 198.51.100.7:80")
        switch to {
        case "{port: 8080}":
            #expect(inbound == ["'198.51.100.7:8080'", goals[9]] && outbound == inbound)
        case "{address: 192.0.2.9}":
            #expect(inbound == ["'192.0.2.9:80'", goals[9]] && outbound == inbound)
        case "{address: 192.0.2.9, port: 8080}":
            #expect(inbound == ["'192.0.2.9:8080'"] && outbound == inbound)
        case "{local: 8080}":
            #expect(inbound == ["'local:8080'"])
            #expect(outbound == ["'local:8080'", "'127.0.0.1:8080'"])
        case "{local: true}":
            #expect(inbound == ["'local:80'"])
            #expect(outbound == ["'local:80'", "'127.0.0.1:80'"])
        default: #expect(inbound == [goals[9]] && outbound == inbound)
        }
    }

    @Test func `a connection to this machine stays on it`() throws {
        let run = try run(
            web,
            "'outbound tcp local:80', expect: 'local:8080'",
            "'outbound tcp 127.0.0.1:80', expect: [127.0.0.1:8080]",
            "'outbound tcp 127.0.0.1:80', expect: 'local:8080'",
            "'outbound tcp [::1]:80', expect: '[::1]:8080'",
            "'outbound tcp local:81', expect: unchanged",
            "'outbound tcp local:81', expect: 'local:81'"
        )
        #expect(run.failed == 0, "\(run.failures.map(\.sentence))")
        #expect(run.results.allSatisfy { $0.packet.isToThisMachine && $0.packet.interface == "lo" })
        #expect(run.results.allSatisfy { $0.packet.source == $0.packet.destination })
    }

    @Test func `what is left out is what no redirect names`() throws {
        let everything = """
            {name: a, direction: outbound, to: {port: 1},
             match: {protocol: tcp, interface: 'eth*', user: 0-1999, group: [1000, 1001], mark: 0x1,
                     source: {address: [203.0.113.0/24, '2001:db8::/48'], port: 32769-50000},
                     destination: {address: [192.0.2.0/24, '2001:db8:ffff::/48']}}}
            """
        let run = try run(
            everything,
            "outbound tcp 198.51.100.7:80, expect: unchanged",
            "'outbound tcp [2001:db8::7]:80', expect: unchanged",
            "'outbound tcp local:80', expect: unchanged",
            "'inbound tcp local:80', expect: unchanged"
        )
        #expect(run.failed == 0)
        let packets = run.results.map(\.packet)
        #expect(packets[0].source.description == "198.51.100.9")
        #expect(packets[1].source.description == "2001:db8:1::")
        #expect(packets[0].interface == "if0")
        #expect(packets[0].process == .init(user: 2000, group: 1002))
        #expect(packets[0].sourcePort?.number == 50001)
        #expect(packets[0].mark == 0 && packets[0].dscp == CodePoint.all[0])
        #expect(!packets[0].isToThisMachine && packets[2].isToThisMachine)
        #expect(packets[3].destination.description == "198.51.100.9")
        #expect(packets[3].source != packets[3].destination)
    }

    @Test func `values that stand for all name nothing`() throws {
        let all = """
            {name: a, direction: outbound, to: {port: 1},
             match: {protocol: tcp, user: 0-4294967294, source: {address: [0.0.0.0/0, '::/0']}}}
            """
        let run = try run(all, "outbound tcp 192.0.2.1:80, expect: '192.0.2.1:1'")
        #expect(run.failed == 0)
        #expect(run.results[0].packet.source.description == "203.0.113.9")
        #expect(run.results[0].packet.process?.user == 1000)
    }

    @Test func `masquerade and the redirect are part of what is expected`() throws {
        let shop = """
            {name: shop, direction: inbound, match: {protocol: tcp, destination: {port: 80}},
             to: {address: 192.0.2.9}, masquerade: {from: 10.0.0.0/8, to: 192.0.2.1}}
            """
        let inside = "inbound tcp 198.51.100.7:80 source=10.0.0.1, expect: '192.0.2.9:80'"
        let outside = "inbound tcp 198.51.100.7:80, expect: '192.0.2.9:80'"
        let run = try run(
            shop,
            inside,
            "\(inside), masquerade: true, by: shop",
            "\(inside), masquerade: 192.0.2.1",
            outside,
            "\(outside), masquerade: false, by: shop",
            // It goes where it was sent, so its source stays.
            "inbound tcp 192.0.2.9:80 source=10.0.0.1, expect: unchanged, masquerade: false",
            "inbound tcp 192.0.2.9:81, expect: unchanged, by: none",
            "\(inside), masquerade: false",
            "\(inside), masquerade: 192.0.2.2",
            "\(outside), masquerade: true",
            "\(outside), by: none",
            "inbound tcp 192.0.2.9:81, expect: unchanged, by: shop"
        )
        #expect(
            run.failures.map(\.sentence) == [
                "expected 192.0.2.9:80, not masqueraded, got 192.0.2.9:80, with source 192.0.2.1, by redirect `shop`",
                "expected 192.0.2.9:80, with source 192.0.2.2, got 192.0.2.9:80, with source 192.0.2.1, by redirect `shop`",
                "expected 192.0.2.9:80, masqueraded, got 192.0.2.9:80, not masqueraded, by redirect `shop`",
                "expected 192.0.2.9:80, by no redirect, got 192.0.2.9:80, by redirect `shop`",
                "expected unchanged, by redirect `shop`, got unchanged, by no redirect",
            ]
        )
    }

    @Test(arguments: [
        ("interface: wg0", "interface=wg0"), ("interface: 'wg*'", "interface=wg"),
        ("user: 1500-1600", "user=1500"), ("group: 7", "group=7"),
        ("cgroup: a.slice", "cgroup=a.slice"),
        ("mark: 0x10/0xf0", "mark=0x10"), ("dscp: ef", "dscp=46"),
        ("source: {address: 10.0.0.0/8}", "source=10.0.0.1"),
        ("source: {port: 99}", "source=203.0.113.9:99"),
        ("destination: {address: local}", "local:80"),
        ("interface: wg0, mark: 0x1", "interface=wg0 mark=0x1"),
    ])
    func `a failure says with which value of what it leaves out it would pass`(
        match: String,
        words: String
    ) throws {
        let redirect =
            "{name: a, direction: outbound, match: {protocol: tcp, \(match)}, to: {port: 1}}"
        let isLocal = match.contains("local")
        let test = "outbound tcp 198.51.100.7:80"
        let expected = isLocal ? "'local:1'" : "'198.51.100.7:1'"
        let result = try failure(redirect, "\(test), expect: \(expected)")
        let hint = try #require(result.hint)
        #expect(
            hint.hasSuffix("which the test leaves out; with `\(words)` it would pass"),
            "\(hint)"
        )
        let better =
            isLocal ? "'outbound tcp local:80'" : "'\(test) \(words)'"
        #expect(try run(redirect, "\(better), expect: \(expected)").failed == 0)
    }

    @Test func `where no other value helps, there is no hint`() throws {
        let result = try failure(web, "outbound tcp 198.51.100.7:80, expect: '198.51.100.7:8081'")
        #expect(result.hint == nil)
        #expect(
            result.sentence
                == "expected 198.51.100.7:8081, got 198.51.100.7:8080, by redirect `web`"
        )
    }

    @Test func `an exception that another user needs is found`() throws {
        let redirect = """
            {name: a, direction: outbound, match: {protocol: tcp}, except: [{user: 5}], to: {port: 1}}
            """
        let result = try failure(redirect, "outbound tcp 198.51.100.7:80, expect: unchanged")
        #expect(result.hint?.contains("depends on the user") == true)
        #expect(result.hint?.contains("with `user=5` it would pass") == true)
    }

    @Test func `coverage says what no test reaches`() throws {
        let redirects = """
            {name: a, direction: outbound, match: {protocol: tcp, destination: {port: 80}},
             except: [{user: 5}, {mark: 0x1}],
             to: {balance: random, targets: [{port: 1}, {address: 'fd00::1'}]}},
            {name: b, direction: inbound, to: {local: true}},
            {name: off, direction: inbound, to: {local: true}, enabled: false}
            """
        let policy = try policy(
            redirects,
            [
                "outbound tcp 198.51.100.7:80, expect: '198.51.100.7:1'",
                "outbound tcp 198.51.100.7:80 user=5, expect: unchanged",
            ]
        )
        let run = TestRun(of: policy)
        #expect(run.failed == 0, "\(run.failures.map(\.sentence))")
        let coverage = run.coverage(of: policy)
        #expect(coverage.redirects.total == 2 && coverage.redirects.reached == 1)
        #expect(coverage.redirects.gaps.map(\.redirect.name) == ["b"])
        #expect(coverage.targets.total == 3 && coverage.targets.reached == 1)
        #expect(coverage.targets.gaps.map(\.redirect.name) == ["a"])
        #expect(coverage.exceptions.total == 2 && coverage.exceptions.reached == 1)
        guard case .exception(1)? = coverage.exceptions.gaps.first?.part else {
            Issue.record("the second exception is not reached")
            return
        }
    }
}
