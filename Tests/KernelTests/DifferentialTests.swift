import Addressing
import TableDiff
import TestSupport
import Testing

/// What real connections do against what the language's reference says that they do.
@Suite(.networkNamespace) struct DifferentialTests {
    @Test(arguments: 0..<8 as Range<UInt64>)
    func `random connections go where random policies say`(seed: UInt64) throws {
        let lab = try Lab.withInternetAndClient()
        let ports = RandomPolicyGenerator.ports + RandomPolicyGenerator.targetPorts
        let servers = try [lab.machine.serve(ports: ports), lab.internet.serve(ports: ports)]
        defer { withExtendedLifetime(servers) {} }
        var generator = RandomPolicyGenerator(seed: seed)
        for _ in 0..<6 {
            let policy = generator.policy()
            // Each replaces the one before by what differs, so that changes are tested as well.
            let loaded = try PolicyUnderTest(redirects: policy.yaml)
            #expect(try loaded.difference.isEmpty, "\(policy.yaml)")
            for _ in 0..<24 {
                let probe = generator.probe()
                let family = probe.destination.family
                let expected = policy.destinations(
                    of: probe,
                    here: Lan.machine,
                    local: probe.isInbound ? Lan.address(family, .downlink) : Lan.loopback(family)
                )
                let reply = try (probe.isInbound ? lab.client : lab.machine).answer(
                    probe.transport,
                    "\(LabEndpoint(probe.destination, probe.port))",
                    from: "\(LabEndpoint(probe.source, probe.sourcePort))"
                )
                guard case .reached(let text) = reply,
                    let words = Optional(text.split(separator: " ").map(String.init)),
                    words.count == 2, let peer = LabEndpoint(words[1])
                else {
                    Issue.record("\(reply)\n\(probe)\n\(policy.yaml)")
                    continue
                }
                #expect(
                    expected.map(\.description).contains(words[0]),
                    "\(probe)\n\(policy.yaml)"
                )
                // What ends on the machine itself never passes where sources are exchanged, and what
                // the redirect sends where it was sent anyway is not changed by it.
                let isMasqueraded =
                    policy.masquerades(probe, here: Lan.machine)
                    && words[0] != "\(LabEndpoint(probe.destination, probe.port))"
                    && !(LabEndpoint(words[0]).map { Lan.machine.contains($0.address) } ?? false)
                #expect(
                    peer.address == (isMasqueraded ? Lan.address(family, .uplink) : probe.source),
                    "\(probe)\n\(policy.yaml)"
                )
            }
        }
    }
}
