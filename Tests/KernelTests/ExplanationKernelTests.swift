import Addressing
import Diagnostics
import PolicyAnalysis
import PolicyModel
import PolicyYAML
import TestSupport
import Testing

/// `explain`, the policy's own tests, the reference interpreter, a second reading of the language
/// (``RandomPolicy``) and the kernel agree on random policies, for connections at the boundaries of
/// what these name.
///
/// The second reading shows a wrong outcome, decider or source of `explain` or the interpreter.
/// A text that leaves something out shows an outcome that `explain` does not list, or a wrong
/// condition. Policy tests show a wrong packet for a text, or a wrong verdict. Real connections
/// show rules that do something else than all of these say, and their counters a wrong redirect.
@Suite(.networkNamespace) struct ExplanationKernelTests {
    private static let policiesPerSeed = 8
    private static let textsPerPolicy = 8
    private static let connectionsPerText = 3

    @Test(arguments: RandomRuns.seeds(orOnly: 6))
    func `connections end where explain and the policy's tests say`(seed: UInt64) throws {
        let lab = try RouterLab(serving: RandomPolicyGenerator.allPorts)
        var policies = RandomPolicyGenerator(seed: 1000 + seed)
        var probes = ProbeGenerator(seed: 1000 + seed)
        var tally = Tally()
        for _ in 0..<Self.policiesPerSeed {
            var check = try PolicyCheck(policies.policy())
            for _ in 0..<Self.textsPerPolicy {
                let probe = probes.probe(for: check.policy, at: check.boundaries)
                check.explainWhole(probe)
                guard let text = probes.text(of: probe) else { continue }
                let others = (1..<Self.connectionsPerText).compactMap { _ in
                    probes.another(
                        like: probe,
                        agreeingWith: text,
                        for: check.policy,
                        at: check.boundaries
                    )
                }
                for other in others { check.explainWhole(other) }
                check.explain(text, for: [probe] + others)
            }
            try check.runTests()
            try lab.reset()
            try check.open(in: lab)
            tally += check.tally
        }
        // Otherwise little was compared.
        #expect(tally.isEnough, "\(tally)")
    }
}

/// What was compared.
struct Tally {
    /// Texts for which `explain` lists several outcomes.
    var open = 0
    /// Connections that ended in another outcome than the first one that is listed.
    var later = 0
    /// Connections that a redirect decided.
    var decided = 0
    var masqueraded = 0
    var passed = 0
    var failed = 0
    var opened = 0

    var isEnough: Bool {
        open >= 4 && later >= 3 && decided >= 15 && passed >= 60 && failed >= 180
    }

    static func += (left: inout Tally, right: Tally) {
        left.open += right.open
        left.later += right.later
        left.decided += right.decided
        left.masqueraded += right.masqueraded
        left.passed += right.passed
        left.failed += right.failed
        left.opened += right.opened
    }
}
