import RulesetModel
import TestSupport
import Testing

/// The comparison would notice if the compiler made a mistake.
@Suite struct CompilerFaultTests {
    @Test(arguments: CompilerFault.all)
    func `a mistake of the compiler is caught`(fault: CompilerFault) {
        let isCaught =
            Trial.usual.contains { catches(fault, by: $0) }
            // Some do no harm but in few policies.
            || Trial.all(1000..<2000).contains { catches(fault, by: $0) }
        #expect(isCaught)
    }

    private func catches(_ fault: CompilerFault, by trial: Trial) -> Bool {
        var random = SeededGenerator(seed: trial.seed)
        guard let ruleset = fault.damage(trial.ruleset, &random) else { return false }
        return trial.disagreement(with: ruleset) != nil
    }

    @Test func `every mistake has a name of its own`() {
        #expect(Set(CompilerFault.all.map(\.name)).count == CompilerFault.all.count)
    }
}
