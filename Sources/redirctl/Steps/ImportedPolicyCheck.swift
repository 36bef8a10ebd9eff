import Diagnostics
import PolicyAnalysis
import PolicyImport
import PolicyModel
import PolicyYAML

/// An imported policy that is valid, with what is to be known of it in its comments.
struct ImportedPolicyCheck {
    private(set) var policy: ImportedPolicy

    /// The policy's text.
    private(set) var text = ""

    private static let name = "<import>"

    /// How often redirects are left out before the policy is given up.
    private static let mostRounds = 50

    /// Checks a policy; what can't be in one becomes a comment.
    init(_ policy: ImportedPolicy) throws {
        self.policy = policy
        let (loaded, written) = try valid()
        let analysis = PolicyAnalysis(of: loaded.policy)
        for finding in loaded.warnings + analysis.findings { note(finding, in: written) }
        if analysis.unlisted > 0 {
            self.policy.head.append(
                "the analysis has \(analysis.unlisted) more findings, which `redirctl validate` counts"
            )
        }
        text = try valid().written.text
    }

    /// Reads the policy as it is written, and leaves out what is refused.
    private mutating func valid() throws -> (loaded: LoadedPolicy, written: PolicyWriter) {
        var rounds = 0
        while true {
            rounds += 1
            let written = PolicyWriter(policy)
            let source = SourceText(name: Self.name, text: written.text)
            do throws(PolicyRejected) {
                return (try PolicyReader().read(source), written)
            } catch {
                var isChanged = false
                for finding in error.findings where finding.severity == .error {
                    let line = Int(finding.primary.span.start.line)
                    guard let entry = written.entry(atLine: line),
                        case .redirect = policy.entries[entry]
                    else { continue }
                    policy.leaveOut(entry: entry, because: finding.message)
                    isChanged = true
                }
                guard isChanged, rounds < Self.mostRounds else { throw error }
            }
        }
    }

    /// Says in a comment what a warning says, and allows it, because it was so before.
    private mutating func note(_ finding: Diagnostic, in written: PolicyWriter) {
        let line = Int(finding.primary.span.start.line)
        guard let entry = written.entry(atLine: line),
            case .redirect(var draft) = policy.entries[entry]
        else { return }
        if DiagnosticCode.ofAnalysis.contains(finding.code),
            !draft.allowed.contains(finding.code)
        {
            draft.allowed.append(finding.code)
        }
        draft.notes.append("\(finding.message) (\(finding.code.rawValue))")
        policy.entries[entry] = .redirect(draft)
    }
}
