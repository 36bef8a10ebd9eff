import ArgumentParser
import Diagnostics
import PolicyModel
import PolicyYAML

struct Validate: Command {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a policy",
        discussion: """
            Reports every problem in one run, each with its place and how to solve it. Changes \
            nothing, and needs no privileges.

              $ redirctl validate policy.yaml
            """
    )

    @OptionGroup var policy: PolicyOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let loaded: LoadedPolicy
        do {
            loaded = try policy.load(console)
        } catch let rejected as PolicyRejected where console.format == .json {
            console.warn(rejected.findings, in: rejected.sources)
            try console.print("validate", Result(rejected, policy: policy.policy))
            return .failed
        }
        let redirects = loaded.policy.redirects
        switch console.format {
        case .text:
            let disabled = redirects.filter { !$0.isEnabled }.count
            try console.write(
                "\(policy.policy == "-" ? "<stdin>" : policy.policy): valid, \(redirects.count) "
                    + "\(redirects.count == 1 ? "redirect" : "redirects")"
                    + (disabled > 0 ? " (\(disabled) disabled)" : "") + "\n"
            )
        case .json:
            try console.print("validate", Result(loaded, policy: policy.policy))
        }
        return .done
    }

    private struct Result: Encodable {
        let policy: String
        let valid: Bool
        let redirects: Int?
        let findings: DiagnosticReport

        init(_ loaded: LoadedPolicy, policy: String) {
            self.policy = policy
            valid = true
            redirects = loaded.policy.redirects.count
            findings = DiagnosticReport(loaded.warnings, sources: loaded.sources)
        }

        init(_ rejected: PolicyRejected, policy: String) {
            self.policy = policy
            valid = false
            redirects = nil
            findings = DiagnosticReport(rejected.findings, sources: rejected.sources)
        }
    }
}
