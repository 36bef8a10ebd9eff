import Doctor
import GenerationModel
import HostState
import PolicyModel
import Reporting
import TableDiff

extension Console {
    private static let mostHostWarnings = 5
    private static let mostExamined = 1000

    /// Warns of what on this machine keeps the redirects that a plan adds or changes from working.
    ///
    /// - Parameters:
    ///   - policy: The policy of the plan.
    ///   - plan: The plan.
    ///   - doctor: The command that shows everything, in backquotes.
    func warnOfHost(of policy: Policy, changedBy plan: Plan, doctor: String) {
        let changed = plan.difference.redirects.lazy
            .filter { $0.kind == .add || $0.kind == .change }
            .prefix(Self.mostExamined).map(\.name)
        let names = Set(changed)
        guard !names.isEmpty else { return }
        var part = policy
        part.redirects.removeAll { !names.contains($0.name) }
        let findings = Diagnosis(of: part, on: LiveHost()).findings
        for finding in findings.findings.prefix(Self.mostHostWarnings) {
            let mend = finding.remedy?.command.map { "; `\($0)` mends it" } ?? ""
            warn(finding.line + mend)
        }
        let more = findings.count - Self.mostHostWarnings
        if more > 0 {
            warn(
                "\(more) more \(more == 1 ? "problem" : "problems") on this machine; \(doctor) shows all"
            )
        }
    }
}
