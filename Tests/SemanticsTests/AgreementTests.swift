import Glibc
import PolicyModel
import Testing

/// Compiled rules do to every connection what the language says.
@Suite struct AgreementTests {
    /// Whether to try many policies: `REDIRCTL_SEMANTICS=all`, or how many.
    private static let policies: UInt64 = {
        guard let text = getenv("REDIRCTL_SEMANTICS").map({ String(cString: $0) }) else {
            return 200
        }
        return UInt64(text) ?? 10_000
    }()

    private static let parts: UInt64 = 8

    @Test(arguments: 0..<parts)
    func `a policy and its ruleset agree on every connection`(part: UInt64) {
        let size = Self.policies / Self.parts
        for trial in Trial.all(part * size..<(part + 1) * size) {
            if let disagreement = trial.disagreement(with: trial.ruleset) {
                Issue.record("\(trial.report(on: disagreement.packet))")
                return
            }
        }
    }
}
