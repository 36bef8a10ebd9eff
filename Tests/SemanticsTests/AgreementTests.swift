import Glibc
import Testing

/// Compiled rules do to every connection what the language says.
@Suite struct AgreementTests {
    @Test func `a policy and its ruleset agree on every connection`() {
        check(Trial.usual)
    }

    /// How many policies more: `REDIRCTL_SEMANTICS=all`, or a number.
    private static let more: UInt64 = {
        guard let text = getenv("REDIRCTL_SEMANTICS").map({ String(cString: $0) }) else {
            return 0
        }
        return text == "all" ? 10_000 : UInt64(text) ?? 0
    }()

    private static let parts: UInt64 = 8

    @Test(.enabled(if: more > 0, "set REDIRCTL_SEMANTICS=all"), arguments: 0..<parts)
    func `so do many more`(part: UInt64) {
        let first = UInt64(Trial.usual.count)
        check(
            Trial.all(
                first + part * Self.more / Self.parts..<first + (part + 1) * Self.more / Self.parts
            )
        )
    }

    /// Reports the first trial that fails: the others mostly do so for the same reason.
    private func check(_ trials: some Sequence<Trial>) {
        for trial in trials {
            if let disagreement = trial.disagreement(with: trial.ruleset) {
                Issue.record("\(trial.report(on: disagreement.packet))")
                return
            }
        }
    }
}
