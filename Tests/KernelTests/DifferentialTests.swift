import Addressing
import Planning
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
                let expected = policy.destination(
                    of: probe,
                    here: Lan.machine,
                    local: probe.isInbound ? Lan.address(family, .downlink) : Lan.loopback(family)
                )
                let reply = try (probe.isInbound ? lab.client : lab.machine).ask(
                    probe.transport,
                    "\(LabEndpoint(probe.destination, probe.port))",
                    from: "\(LabEndpoint(probe.source, probe.sourcePort))"
                )
                #expect(reply == .reached("\(expected)"), "\(probe)\n\(policy.yaml)")
            }
        }
    }
}
