import RulesetModel
import TestSupport
import Testing

/// The comparison would notice if the compiler made a mistake.
@Suite struct CompilerFaultTests {
    private static let trials = Trial.usual.map { ($0, $0.ruleset) }

    @Test(arguments: CompilerFault.all)
    func `a mistake of the compiler is caught`(fault: CompilerFault) {
        var damaged = 0
        let isCaught = Self.trials.contains { trial, ruleset in
            var random = SeededGenerator(seed: trial.seed)
            guard let ruleset = fault.damage(ruleset, &random) else { return false }
            damaged += 1
            return trial.disagreement(with: ruleset) != nil
        }
        #expect(isCaught, "\(damaged) damaged rulesets pass")
    }
}
