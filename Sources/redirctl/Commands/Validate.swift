import ArgumentParser
import Diagnostics
import PolicyModel
import PolicyYAML
import Reporting

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
        } catch let rejected as PolicyRejected where console.format.isForPrograms {
            console.warn(rejected.findings, in: rejected.sources)
            let report = ValidationReport(
                policy: policy.policy,
                rejected.findings,
                sources: rejected.sources
            )
            try console.print("validate", .validation(report))
            return .failed
        }
        let redirects = loaded.policy.redirects
        let report = ValidationReport(
            policy: policy.policy,
            redirects: redirects.count,
            disabled: redirects.count { !$0.isEnabled },
            loaded.warnings,
            sources: loaded.sources
        )
        try console.print("validate", .validation(report))
        return .done
    }
}
