import Addressing
import Diagnostics
import PolicyModel
import PolicyYAML
import TableDiff
import TestSupport
import Testing

/// Servers see exactly the source that the language's reference says, whatever tells the redirects
/// apart that lead to them: interface, user, mark, `local`, order, exceptions.
@Suite(.networkNamespace) struct SourceTests {
    private static let policiesPerSeed = 8
    private static let connectionsPerPolicy = 16

    @Test(arguments: RandomRuns.seeds(orOnly: 8))
    func `servers see the source that the reference says`(seed: UInt64) throws {
        let lab = try RouterLab(serving: SourceGenerator.allPorts)
        var generator = SourceGenerator(seed: seed)
        for _ in 0..<Self.policiesPerSeed {
            let text = generator.policy()
            let source = SourceText(name: "sources.yaml", text: text)
            let policy = try PolicyReader().read(source).policy
            let loaded = try PolicyUnderTest(policy)
            #expect(try loaded.difference.isEmpty, "\(text)")
            for _ in 0..<Self.connectionsPerPolicy {
                let probe = generator.probe()
                guard probe.canBeOpened else { continue }
                let (expected, reply) = (probe.replies(by: policy), try lab.open(probe))
                #expect(expected.contains(reply), "\(probe)\n\(text)")
            }
        }
    }

    @Test func `two ways to one server, only one of them masqueraded`() throws {
        let lab = try RouterLab(serving: SourceGenerator.allPorts)
        let redirects = [
            (
                "direct",
                "interface: \(RouterLab.firstInterface), destination: {address: local, port: 1001}"
            ),
            (
                "tunnel",
                "interface: \(RouterLab.secondInterface), destination: {address: local, port: 1001}"
            ),
        ].map { name, match in
            """
            - name: \(name)
              direction: inbound
              match: {protocol: tcp, \(match)}
              to: {address: 192.0.2.9}
              masquerade: \(name == "tunnel")
            """
        }
        for redirects in [redirects, redirects.reversed()] {
            try lab.reset()
            _ = try PolicyUnderTest(redirects: redirects.joined(separator: "\n"))
            #expect(try lab.first.peer(.tcp, "10.3.0.1:1001") == "10.3.0.2")
            #expect(try lab.second.peer(.tcp, "10.4.0.1:1001") == "10.1.0.1")
        }
    }

    @Test func `a mark tells them apart, also when another table changes it on the way`() throws {
        let lab = try RouterLab(serving: SourceGenerator.allPorts)
        _ = try PolicyUnderTest(
            redirects: """
                - name: marked
                  direction: inbound
                  match: {protocol: tcp, mark: 7, destination: {port: 1001}}
                  to: {address: 192.0.2.9}
                  masquerade: {to: 10.1.0.77}
                - name: rest
                  direction: inbound
                  match: {protocol: tcp, destination: {port: 1001}}
                  to: {address: 192.0.2.9}
                """
        )
        // The lab marks connections from odd ports with 7, and takes the mark away later.
        #expect(try lab.first.peer(.tcp, "192.0.2.1:1001", from: "10.3.0.2:30001") == "10.1.0.77")
        #expect(try lab.first.peer(.tcp, "192.0.2.1:1001", from: "10.3.0.2:30002") == "10.3.0.2")
    }

    @Test func `from outside directly, from the local network by way of the router`() throws {
        let lab = try Lab.withLocalNetwork()
        let server = try lab.host("server").serve(ports: [80])
        defer { withExtendedLifetime(server) {} }
        _ = try PolicyUnderTest(
            redirects: """
                - name: from-outside
                  direction: inbound
                  match: {protocol: tcp, interface: machine1, destination: {address: local, port: 80}}
                  to: {address: 10.3.0.10}
                - name: hairpin
                  direction: inbound
                  match: {protocol: tcp, interface: lan, destination: {address: local, port: 80}}
                  to: {address: 10.3.0.10}
                  masquerade: true
                """
        )
        #expect(try lab.internet.peer(.tcp, "10.1.0.1:80") == "10.1.0.2")
        #expect(try lab.client.peer(.tcp, "10.1.0.1:80") == "10.3.0.1")
        #expect(try lab.client.ask(.tcp, "10.1.0.1:80") == .reached("10.3.0.10:80"))
    }

    @Test func `what this machine sends to itself keeps its source`() throws {
        let lab = Lab()
        let server = try lab.machine.serve(ports: [8080])
        defer { withExtendedLifetime(server) {} }
        _ = try PolicyUnderTest(
            redirect: "direction: outbound",
            "match: {protocol: tcp, destination: {port: 80}}",
            "to: {port: 8080}",
            "masquerade: true"
        )
        #expect(try lab.machine.ask(.tcp, "127.0.0.1:80") == .reached("127.0.0.1:8080"))
        #expect(try lab.machine.peer(.tcp, "127.0.0.1:80") == "127.0.0.1")
    }
}
