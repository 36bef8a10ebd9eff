import Glibc
import PolicyModel
import Testing

/// Compiled rules do to every connection what the language says.
@Suite struct AgreementTests {
    @Test func `a policy and its ruleset agree on every connection`() {
        for trial in Trial.usual { check(trial) }
    }

    /// How many policies more: `REDIRCTL_SEMANTICS=all`, or a number.
    private static let more: UInt64 = {
        guard let text = getenv("REDIRCTL_SEMANTICS").map({ String(cString: $0) }) else {
            return 0
        }
        return text == "all" ? 20_000 : UInt64(text) ?? 0
    }()

    @Test(.enabled(if: more > 0, "set REDIRCTL_SEMANTICS=all"), arguments: 0..<8 as Range<UInt64>)
    func `so do many more`(part: UInt64) {
        let first = UInt64(Trial.usual.count)
        let size = Self.more / 8
        for trial in Trial.all(first + part * size..<first + (part + 1) * size) { check(trial) }
    }

    private func check(_ trial: Trial) {
        guard let disagreement = trial.disagreement(with: trial.ruleset) else { return }
        Issue.record("\(trial.report(on: disagreement.packet))")
    }
}
