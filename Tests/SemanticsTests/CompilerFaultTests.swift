import TestSupport
import Testing

/// The comparison would notice if the compiler made a mistake.
@Suite struct CompilerFaultTests {
    private static let trials = Trial.all(0..<200).map { ($0, $0.ruleset) }

    @Test(arguments: CompilerFault.all)
    func `a fault is caught`(fault: CompilerFault) {
        var (damaged, caught) = (0, 0)
        for (trial, ruleset) in Self.trials {
            var random = SeededGenerator(seed: trial.seed)
            guard let ruleset = fault.damage(ruleset, &random) else { continue }
            damaged += 1
            if trial.disagreement(with: ruleset) != nil { caught += 1 }
        }
        print("FAULT", fault.name, damaged, caught)
        #expect(caught > 0, "\(damaged) policies")
    }
}
