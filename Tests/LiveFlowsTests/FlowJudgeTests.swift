import Addressing
import Diagnostics
import PolicyCompiler
import PolicyModel
import PolicyYAML
import RulesetModel
import Testing

@testable import LiveFlows

/// Which flows a change leaves behind, by redirects as policies write them.
@Suite struct FlowJudgeTests {
    /// A ruleset of redirects, each in one line.
    private func ruleset(_ redirects: String...) throws -> Ruleset {
        let text = redirects.map { "  - {\($0)}\n" }.joined()
        let source = SourceText(name: "test.yaml", text: "version: 1\nredirects:\n\(text)")
        return PolicyCompiler.ruleset(for: try PolicyReader().read(source).policy)
    }

    private let machine = Set(["10.1.0.1"].compactMap { IPAddress($0) })

    /// A flow as `CLIENT > DESTINATION > TARGET`, or without a target where none is translated.
    private func flow(_ text: String, protocol number: UInt8 = 17) throws -> Flow {
        let ends = try text.split(separator: " > ").map { end in
            let parts = end.split(separator: ":")
            return Flow.End(
                address: try #require(IPAddress(parts[0])),
                port: UInt16(parts[1]).flatMap { Port($0) }
            )
        }
        return Flow(
            protocolNumber: number,
            client: ends[0],
            destination: ends[1],
            target: ends.count > 2 ? ends[2] : ends[1],
            isTranslated: ends.count > 2
        )
    }

    private func verdict(
        _ before: Ruleset,
        _ after: Ruleset,
        _ text: String
    ) throws -> String? {
        StaleFlows(from: [before], to: after, machine: machine)
            .stale(try flow(text))?.redirect
    }

    private func dns(_ port: Int, _ more: String = "") -> String {
        "name: dns, direction: outbound, match: {protocol: udp, destination: {port: 53}\(more)}, "
            + "to: {port: \(port)}"
    }

    private let web = """
        name: web, direction: inbound, match: {protocol: udp, destination: {port: 80}}, \
        to: {address: 10.2.0.2, port: 8080}
        """

    private let toOld = "10.1.0.1:4000 > 192.0.2.1:53 > 192.0.2.1:5353"

    @Test func `a flow to the old target of what changes or goes is left behind`() throws {
        let before = try ruleset(dns(5353), web)
        #expect(try verdict(before, ruleset(dns(5354), web), toOld) == "dns")
        #expect(try verdict(before, ruleset(web), toOld) == "dns")
        #expect(try verdict(before, ruleset(dns(5353)), toOld) == nil)
    }

    @Test func `flows of others and of redirects that stay are not`() throws {
        let before = try ruleset(dns(5353), web)
        let after = try ruleset(dns(5354), web)
        for other in [
            "10.1.0.1:4000 > 192.0.2.1:53 > 192.0.2.1:9999",  // somebody else's translation
            "10.1.0.1:4000 > 192.0.2.1:53 > 192.0.2.1:5354",  // the new way
            "10.1.0.9:4000 > 192.0.2.1:53 > 192.0.2.1:5353",  // not from this machine
            "10.1.0.9:4000 > 192.0.2.1:80 > 10.2.0.2:8080",  // a redirect that stays
            "10.1.0.1:4000 > 192.0.2.1:53", "10.1.0.1:4000 > 192.0.2.1:54",
        ] {
            #expect(try verdict(before, after, other) == nil, "\(other)")
        }
    }

    @Test func `a plain flow is left behind where it would surely be redirected now`() throws {
        let plain = "10.1.0.1:4000 > 192.0.2.1:53"
        #expect(try verdict(ruleset(web), ruleset(dns(53530), web), plain) == "dns")
        // Whether it was of that user, nobody knows any more.
        #expect(try verdict(ruleset(web), ruleset(dns(53530, ", user: 7"), web), plain) == nil)
        #expect(try verdict(ruleset(web), ruleset(dns(53), web), plain) == nil)
    }

    @Test func `answers are not taken for connections of their own`() throws {
        // Were client and server exchanged, the new redirect would be about each of them.
        let ports = """
            name: game, direction: inbound, match: {protocol: udp, \
            destination: {port: 40000-40999}}, to: {address: 10.2.0.2}
            """
        let all = "name: all, direction: outbound, match: {protocol: udp}, to: {local: 3129}"
        let empty = try ruleset(dns(5353))
        let outgoing = "10.1.0.1:40500 > 192.0.2.9:9001"
        let incoming = "192.0.2.9:9001 > 10.1.0.1:22"
        #expect(try verdict(empty, ruleset(dns(5353), ports), outgoing) == nil)
        #expect(try verdict(empty, ruleset(all), incoming) == nil)
    }

    @Test func `a flow that keeps only its old source is left behind`() throws {
        func game(_ masquerade: String) -> String {
            "name: game, direction: inbound, match: {protocol: udp, destination: {port: 80}}, "
                + "to: {address: 10.2.0.2}, masquerade: \(masquerade)"
        }
        func kept(_ before: String, _ after: String, seen: String) throws -> StaleFlow.Kept? {
            var flow = try flow("10.3.0.9:4000 > 10.1.0.1:80 > 10.2.0.2:80")
            let address = try #require(IPAddress(seen))
            flow.answerDestination = Flow.End(address: address, port: flow.client.port)
            return StaleFlows(
                from: [try ruleset(game(before))],
                to: try ruleset(game(after)),
                machine: machine
            ).stale(flow)?.keeps
        }
        #expect(try kept("false", "true", seen: "10.3.0.9") == .source)
        #expect(try kept("true", "false", seen: "10.1.0.1") == .source)
        #expect(try kept("{to: 10.2.0.7}", "{to: 10.2.0.8}", seen: "10.2.0.7") == .source)
        #expect(try kept("true", "{from: 10.4.0.0/16}", seen: "10.1.0.1") == .source)
        #expect(try kept("true", "true", seen: "10.1.0.1") == nil)
        #expect(try kept("true", "{from: 10.3.0.0/16}", seen: "10.1.0.1") == nil)
        // That source is another program's doing, which may do it again.
        #expect(try kept("false", "true", seen: "10.2.0.9") == nil)
    }

    @Test func `what depends on something forgotten may still be right`() throws {
        let before = try ruleset(dns(5353, ", user: 7"))
        // Both could have sent it there.
        let split = try ruleset(dns(5354, ", user: 7"), dns(5353).replacing("dns", with: "all"))
        #expect(try verdict(before, split, toOld) == nil)
        // No new connection goes there, whosever it is.
        #expect(try verdict(before, ruleset(dns(5354, ", user: 7")), toOld) == "dns")
    }

    @Test func `order counts`() throws {
        let first = dns(1001).replacing("dns", with: "first")
        let second = dns(1002).replacing("dns", with: "second")
        let before = try ruleset(first, second)
        let flow = "10.1.0.1:4000 > 192.0.2.1:53 > 192.0.2.1:1001"
        #expect(try verdict(before, ruleset(second, first), flow) == "first")
        #expect(try verdict(before, before, flow) == nil)
    }

    @Test func `a target that is this machine is any of its addresses`() throws {
        let local = "name: in, direction: inbound, match: {protocol: udp}, to: {local: 53}"
        let before = try ruleset(local)
        let flow = "10.1.0.9:4000 > 192.0.2.1:80 > 10.1.0.1:53"
        #expect(try verdict(before, ruleset(web), flow) == "in")
        #expect(try verdict(before, before, flow) == nil)
        let elsewhere = "10.1.0.9:4000 > 192.0.2.1:80 > 10.1.0.7:53"
        #expect(try verdict(before, ruleset(web), elsewhere) == nil)
    }

    @Test func `one of several targets is enough, and all of them may stay`() throws {
        func balance(_ ports: String) -> String {
            "name: pool, direction: inbound, match: {protocol: udp, destination: {port: 80}}, "
                + "to: {balance: random, targets: [\(ports)]}"
        }
        let before = try ruleset(balance("{local: 1}, {local: 2}, {local: 3}"))
        let after = try ruleset(balance("{local: 2}, {local: 3}"))
        func flow(_ port: Int) -> String { "10.1.0.9:9 > 10.1.0.1:80 > 10.1.0.1:\(port)" }
        #expect(try verdict(before, after, flow(1)) == "pool")
        #expect(try verdict(before, after, flow(2)) == nil)
        #expect(try verdict(before, after, flow(4)) == nil)
    }

    @Test func `one that is over counts no more`() throws {
        let judge = try StaleFlows(
            from: [ruleset(dns(5353))],
            to: ruleset(web),
            machine: machine
        )
        var flow = try flow(toOld)
        #expect(judge.stale(flow)?.redirect == "dns")
        flow.isClosed = true
        #expect(judge.stale(flow)?.redirect == nil)
    }

    @Test func `elements of maps are found among many, single and in ranges`() throws {
        let many = (1...300).map { number in
            "name: r\(number), direction: inbound, match: {protocol: udp, "
                + "destination: {address: 192.0.2.\(number % 3 + 1), port: "
                + "\(number % 2 == 0 ? "\(number * 10)" : "\(number * 10)-\(number * 10 + 5)")}}, "
                + "to: {port: \(number + 20_000)}"
        }
        let source = SourceText(
            name: "test.yaml",
            text: "version: 1\nredirects:\n" + many.map { "  - {\($0)}\n" }.joined()
        )
        let before = PolicyCompiler.ruleset(for: try PolicyReader().read(source).policy)
        let after = try ruleset(web)
        for number in 1...300 {
            let flow =
                "10.1.0.9:9 > 192.0.2.\(number % 3 + 1):\(number * 10) > "
                + "192.0.2.\(number % 3 + 1):\(number + 20_000)"
            #expect(try verdict(before, after, flow) == "r\(number)")
            #expect(try verdict(before, before, flow) == nil)
        }
    }
}
