import Diagnostics
import PolicyYAML
import TableDiff
import TestSupport
import Testing

/// What real connections do against what the language's reference says that they do.
@Suite(.networkNamespace) struct DifferentialTests {
    @Test(arguments: RandomRuns.seeds(orOnly: 8))
    func `random connections go where random policies say`(seed: UInt64) throws {
        let lab = try RouterLab(serving: RandomPolicyGenerator.allPorts)
        var generator = RandomPolicyGenerator(seed: seed)
        var probes = ProbeGenerator(seed: seed)
        for _ in 0..<6 {
            let random = generator.policy()
            let policy = try PolicyReader().read(SourceText(name: "random.yaml", text: random.yaml))
                .policy
            // Each replaces the one before by what differs, so that changes are tested as well.
            let loaded = try PolicyUnderTest(policy)
            #expect(try loaded.difference.isEmpty, "\(random.yaml)")
            let boundaries = Boundaries(of: policy)
            for _ in 0..<24 {
                let probe = probes.probe(for: policy, at: boundaries)
                guard probe.canBeOpened else { continue }
                let (expected, reply) = (random.meaning(of: probe).replies, try lab.open(probe))
                #expect(expected.contains(reply), "\(probe): \(expected)\n\(random.yaml)")
            }
        }
    }
}
