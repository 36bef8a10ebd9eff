import Addressing
import RulesetModel
import TableDiff
import TestSupport
import Testing

/// Whose address a redirected connection bears as its source.
@Suite(.networkNamespace) struct MasqueradeTests {
    @Test func `a client and a server in one network meet by way of the public address`() throws {
        let lab = try Lab.withLocalNetwork()
        let servers = [
            try lab.host("server").serve(ports: [80, 443]), try lab.internet.serve(ports: [80]),
        ]
        defer { withExtendedLifetime(servers) {} }
        let keys = [
            "direction: inbound",
            "match: {protocol: tcp, destination: {address: 10.1.0.1, port: [80, 443]}}",
            "to: {address: 10.3.0.10}",
        ]
        // Without it, the server answers straight to the client, which asked somebody else.
        _ = try PolicyUnderTest(redirects: Self.redirect(keys))
        let client = try lab.client
        #expect(try client.ask(.tcp, "10.1.0.1:80", patience: 300) == .silence)

        try lab.machine.nft("flush ruleset")
        let policy = try PolicyUnderTest(
            redirects: Self.redirect(keys + ["masquerade: {from: 10.3.0.0/24}"])
        )
        #expect(try policy.difference.isEmpty)
        #expect(try client.ask(.tcp, "10.1.0.1:80") == .reached("10.3.0.10:80"))
        #expect(try client.peer(.tcp, "10.1.0.1:443") == "10.3.0.1")
        // From outside, the server sees who it was.
        #expect(try lab.internet.peer(.tcp, "10.1.0.1:80") == "10.1.0.2")
        // What the redirect did not change keeps its source, also on the way to the same server.
        #expect(try lab.internet.peer(.tcp, "10.3.0.10:80") == "10.1.0.2")
        #expect(try client.peer(.tcp, "203.0.113.6:80") == "10.3.0.2")
    }

    @Test func `all that the redirect changed has the machine's address, and nothing else`() throws
    {
        let lab = try Lab.withInternetAndClient()
        let server = try lab.internet.serve(ports: [80, 81, 8080, 8081])
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirects: """
                - name: unlike
                  direction: inbound
                  match: {protocol: tcp, source: {address: 10.3.0.3}, destination: {port: 80}}
                  to: {port: 8080}
                - name: under-test
                  direction: inbound
                  match: {protocol: [tcp, udp], destination: {port: [80, 81]}}
                  except: [{destination: {address: 192.0.2.9}}]
                  to: {port: 8080}
                  masquerade: true
                - name: other-target
                  direction: inbound
                  match: {protocol: [tcp, udp], destination: {address: 192.0.2.9, port: 80}}
                  to: {port: 8081}
                """
        )
        #expect(try policy.difference.isEmpty)
        let client = try lab.client
        try client.ip(["addr add 10.3.0.3/24 dev client2"])
        for transport in [.tcp, .udp] as [TransportProtocol] {
            #expect(try client.peer(transport, "192.0.2.1:80") == "10.1.0.1")
            #expect(try client.peer(transport, "192.0.2.1:81") == "10.1.0.1")
            #expect(try client.peer(transport, "[2001:db8::1]:80") == "fd01::1")
            // A port of its own, an exception, and an earlier redirect to the same place.
            #expect(try client.peer(transport, "192.0.2.1:8080") == "10.3.0.2")
            #expect(try client.peer(transport, "192.0.2.9:80") == "10.3.0.2")
        }
        #expect(try client.peer(.tcp, "192.0.2.1:80", from: "10.3.0.3:0") == "10.3.0.3")
        #expect(try client.peer(.udp, "192.0.2.1:80", from: "10.3.0.3:0") == "10.1.0.1")
    }

    @Test func `it holds for every target of a balance and every port of a shift`() throws {
        let lab = try Lab.withInternetAndClient()
        let server = try lab.internet.serve(ports: [80, 2000, 2001, 2002])
        defer { withExtendedLifetime(server) {} }
        let policy = try PolicyUnderTest(
            redirects: """
                - name: balanced
                  direction: inbound
                  match: {protocol: tcp, destination: {address: 203.0.113.5, port: 80}}
                  to: {balance: round-robin, targets: [{address: 192.0.2.1}, {address: 192.0.2.2}]}
                  masquerade: true
                - name: shifted
                  direction: inbound
                  match: {protocol: tcp, destination: {address: 203.0.113.5, port: 1000-1002}}
                  to: {address: 192.0.2.1, port: 2000-2002}
                  masquerade: true
                """
        )
        #expect(try policy.difference.isEmpty)
        for target in ["203.0.113.5:80", "203.0.113.5:80", "203.0.113.5:1000", "203.0.113.5:1002"] {
            #expect(try lab.client.peer(.tcp, target) == "10.1.0.1")
        }
        #expect(try lab.client.peer(.tcp, "192.0.2.1:2000") == "10.3.0.2")
    }

    @Test func `clients left out by one redirect are not taken in by a later one`() throws {
        let lab = try Lab.withInternetAndClient()
        let server = try lab.internet.serve(ports: [80])
        defer { withExtendedLifetime(server) {} }
        for except in ["[{destination: {address: 192.0.2.7}}]", ""] {
            try lab.machine.nft("flush ruleset")
            let policy = try PolicyUnderTest(
                redirects: """
                    - name: some
                      direction: inbound
                      match: {protocol: tcp, source: {address: 10.3.0.0/24}}
                      to: {address: 192.0.2.1}
                      masquerade: {from: 10.3.0.3}
                      \(except.isEmpty ? "" : "except: \(except)")
                    - name: all
                      direction: inbound
                      match: {protocol: tcp}
                      to: {address: 192.0.2.1}
                      masquerade: true
                    """
            )
            #expect(try policy.difference.isEmpty)
            _ = try? lab.client.ip(["addr add 10.3.0.3/24 dev client2"])
            #expect(try lab.client.peer(.tcp, "198.51.100.7:80", from: "10.3.0.3:0") == "10.1.0.1")
            #expect(try lab.client.peer(.tcp, "198.51.100.7:80", from: "10.3.0.2:0") == "10.3.0.2")
            let excepted = except.isEmpty ? "10.3.0.2" : "10.1.0.1"
            #expect(try lab.client.peer(.tcp, "192.0.2.7:80", from: "10.3.0.2:0") == excepted)
        }
    }

    @Test func `its chain comes with the first that asks for it, and goes with the last`() throws {
        let policy = try PolicyUnderTest(
            redirect: "direction: inbound",
            "match: {protocol: tcp, destination: {address: 203.0.113.5, port: 80}}",
            "to: {address: 192.0.2.1}",
            "masquerade: true"
        )
        #expect(policy.ruleset.chains.map(\.name) == ["prerouting", "output", "postrouting"])
        #expect(policy.ruleset.chains.map(\.head.priority) == [-105, -105, 95])
        var without = policy.ruleset
        without.chains.removeLast()
        let removal = try policy.difference(from: without)
        #expect(removal.foreign.isEmpty)
        #expect(removal.structure.isEmpty)
        #expect(removal.redirects.map(\.name) == ["under-test"])
        try policy.carryOut(removal)
        #expect(try policy.difference(from: without).isEmpty)
    }

    private static func redirect(_ keys: [String]) -> String {
        (["- name: under-test"] + keys).joined(separator: "\n  ")
    }
}
