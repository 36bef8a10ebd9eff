import RulesetModel
import TestSupport
import Testing

/// The comparison would notice if the compiler made a mistake.
@Suite struct CompilerFaultTests {
    @Test(arguments: CompilerFault.all)
    func `a mistake of the compiler is caught`(fault: CompilerFault) {
        let isCaught =
            PolicyCase.usual.contains { catches(fault, by: $0) }
            // Some do no harm but in few policies.
            || PolicyCase.all(1000..<2000).contains { catches(fault, by: $0) }
        #expect(isCaught)
    }

    private func catches(_ fault: CompilerFault, by policyCase: PolicyCase) -> Bool {
        var random = SeededGenerator(seed: policyCase.seed)
        guard let ruleset = fault.damage(policyCase.ruleset, &random) else { return false }
        return policyCase.disagreement(with: ruleset) != nil
    }

    @Test func `every mistake has a name of its own`() {
        #expect(Set(CompilerFault.all.map(\.name)).count == CompilerFault.all.count)
    }
}
