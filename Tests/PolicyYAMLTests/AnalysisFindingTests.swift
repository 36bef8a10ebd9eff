import Diagnostics
import PolicyAnalysis
import Testing

@testable import PolicyYAML

/// What the analysis finds in policies of a few redirects, and what it must not find.
@Suite struct AnalysisFindingTests {
    /// The findings in a policy of redirects for TCP: the name, the rest of the match, what becomes of them.
    private func findings(
        _ redirects: (name: String, match: String, decision: String)...,
        direction: String = "inbound"
    ) throws -> [Diagnostic] {
        let entries = redirects.map { name, match, decision in
            """
              - name: \(name)
                direction: \(direction)
                match: {protocol: tcp, \(match)}
                \(decision)

            """
        }
        let text = "version: 1\nredirects:\n" + entries.joined()
        let loaded = try PolicyReader().read(Array(text.utf8), named: "web.yaml")
        return PolicyAnalysis(of: loaded.policy).findings
    }

    private func address(_ port: String) -> String {
        "destination: {address: 192.0.2.1, port: \(port)}"
    }

    @Test func `a loop is only one that earlier redirects leave`() throws {
        let proxy = ("proxy", "destination: {port: [80, 8000]}", "to: {local: 3128}")
        let bypass = ("direct", "destination: {port: 80}", "bypass: true")
        #expect(try findings(bypass, proxy, direction: "outbound").isEmpty)
        let found = try findings(proxy, direction: "outbound")
        #expect(found.map(\.code) == [.redirectLoop])
        #expect(found[0].witness == "outbound tcp 198.51.100.7:80")
    }

    @Test func `transit traffic is only what earlier redirects leave of it`() throws {
        let routed = (
            "routed", "destination: {address: 0.0.0.0/0}",
            "except: [{destination: {address: local}}]\n    bypass: true"
        )
        let forward = ("forward", "destination: {port: 80}", "to: {address: 192.0.2.7}")
        #expect(try findings(routed, forward).isEmpty)
        #expect(try findings(forward).map(\.code) == [.transitTraffic])
        let bypass = ("bypass", "destination: {port: 80}", "bypass: true")
        let all = ("all", "destination: {port: 80-81}", "to: {address: 192.0.2.7}")
        #expect(try findings(bypass, all).map(\.witness) == ["inbound tcp 198.51.100.7:81"])
        let anywhere = (
            "any", "destination: {address: 0.0.0.0/0, port: 80}", "to: {address: 192.0.2.7}"
        )
        #expect(try findings(anywhere).map(\.code) == [.transitTraffic])
    }

    @Test func `a chain is shown by a connection that the first redirect decides`() throws {
        #expect(
            try findings(
                ("first", address("80"), "to: {local: 5}"),
                ("shift", address("80-90"), "to: {port: 95-105}"),
                ("last", address("95"), "to: {local: 2}")
            ).isEmpty
        )
        let found = try findings(
            ("first", address("80"), "bypass: true"),
            ("to-local", address("[80, 443]"), "to: {port: 8443}"),
            ("last", address("8443"), "to: {local: 2}")
        )
        #expect(found.map(\.code) == [.chainedRedirect])
        #expect(found.first?.witness == "inbound tcp 192.0.2.1:443")
    }

    @Test func `lists overlap in part if the first of two decides something of both`() throws {
        #expect(
            try findings(
                ("first", address("81"), "bypass: true"),
                ("low", address("[80, 81]"), "to: {local: 1}"),
                ("high", address("[81, 82]"), "to: {local: 2}")
            ).isEmpty
        )
        let both = try findings(
            (
                "low", "source: {address: 10.0.0.0-10.0.0.20}, \(address("500-600"))",
                "to: {local: 1}"
            ),
            (
                "high", "source: {address: 10.0.0.10-10.0.0.30}, \(address("550-650"))",
                "to: {local: 2}"
            )
        )
        #expect(both.map(\.code) == [.partialOverlap])
        #expect(
            try findings(
                ("special", address("80"), "to: {local: 1}"),
                ("general", address("80-90"), "to: {local: 2}"),
                ("bypass", address("89-95"), "bypass: true")
            ).map(\.code) == [.partialOverlap]
        )
        #expect(
            try findings(
                ("bypass", address("89-95"), "bypass: true"),
                ("general", address("80-90"), "to: {local: 2}")
            ).isEmpty
        )
    }

    @Test(arguments: [
        "destination: {port: 53}", "destination: {address: 10.0.0.0/8}",
        "source: {address: 192.168.0.0/24}",
    ])
    func `an exception that no connection of the match meets is found`(exception: String) throws {
        func findings(_ exception: String) throws -> [Diagnostic] {
            try self.findings(
                (
                    "web", "source: {address: 10.0.0.0/8}, \(address("[80, 443]"))",
                    "except: [{\(exception)}]\n    to: {local: 8080}"
                )
            )
        }
        #expect(try findings(exception).map(\.code) == [.exceptionNeverApplies])
        #expect(try findings("source: {address: 10.1.0.0/16}").isEmpty)
    }
}
