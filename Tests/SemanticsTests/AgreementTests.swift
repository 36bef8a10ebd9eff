import Glibc
import Testing

/// Compiled rules do to every connection what the language says.
@Suite struct AgreementTests {
    @Test func `a policy and its ruleset agree on every connection`() {
        check(PolicyCase.usual)
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
        let first = UInt64(PolicyCase.usual.count)
        check(
            PolicyCase.all(
                first + part * Self.more / Self.parts..<first + (part + 1) * Self.more / Self.parts
            )
        )
    }

    /// Reports the first case that fails: the others mostly do so for the same reason.
    private func check(_ cases: some Sequence<PolicyCase>) {
        for policyCase in cases {
            if let disagreement = policyCase.disagreement(with: policyCase.ruleset) {
                Issue.record("\(policyCase.report(on: disagreement.packet))")
                return
            }
        }
    }
}
