import ArgumentParser
import Diagnostics
import PolicyAnalysis
import PolicyModel
import PolicyYAML
import Reporting
import TrustedFiles

struct Validate: Command {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check policies, and what they mean",
        discussion: """
            Reports every problem in one run, each with its place and how to solve it, runs the \
            policy's tests, and warns of redirects that can never match, overlap by mistake or form \
            loops. Of a directory, it checks the files *.yaml and *.yml. Changes nothing, and \
            needs no privileges.

              $ redirctl validate policy.yaml
              $ redirctl validate --strict --format github policies/
            """
    )

    @Argument(
        help: ArgumentHelp(
            "Policy files, or directories of them; `-` reads standard input.",
            valueName: "policy"
        ),
        completion: .policy
    )
    var policies: [String]

    @Flag(help: "Treat warnings as errors.")
    var strict = false

    @OptionGroup var permissions: PermissionOptions
    @OptionGroup var findings: FindingOptions

    var output: OutputOptions { findings.output }

    func validate() throws {
        guard policies.count(where: { $0 == "-" }) < 2 else {
            throw ValidationError("Standard input can be read only once.")
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        var isComplete = true
        let files = try PolicyFiles.named(policies)
        let reports = try files.compactMap { path -> ValidationReport? in
            do {
                return try report(on: path)
            } catch let error as FileError where goesOn(with: files) {
                let reason = Failure(error).message
                console.fail(reason)
                if findings.format == .github {
                    try console.write(DiagnosticAnnotations.failure(reason, of: path))
                }
                isComplete = false
                return nil
            }
        }
        switch findings.format {
        case .github:
            for report in reports {
                try console.write(
                    DiagnosticAnnotations(sources: report.sources).render(report.findings)
                )
            }
        case .text, .json:
            for report in reports { console.warn(report.findings, in: report.sources) }
            if isComplete || !reports.isEmpty {
                try console.print("validate", .validation(reports))
            }
        }
        return isComplete && reports.allSatisfy(\.isValid) ? .done : .failed
    }

    /// Whether the others of some policies are checked although one can't be read; JSON is one result
    /// of all.
    private func goesOn(with files: [String]) -> Bool {
        switch findings.format {
        case .text: files.count > 1
        case .json: false
        case .github: true
        }
    }

    private func report(on path: String) throws -> ValidationReport {
        let loaded: LoadedPolicy
        do {
            Progress.reading(path)
            loaded = try permissions.reader.read(path: path)
        } catch let rejected as PolicyRejected {
            return ValidationReport(policy: path, rejected.findings, sources: rejected.sources)
        }
        let redirects = loaded.policy.redirects
        Progress.step("comparing the redirects with each other")
        let analysis = PolicyAnalysis(of: loaded.policy)
        let tests = loaded.testRun
        let failures = tests.findings(atMost: PolicyAnalysis.mostOfAKind)
        let lockouts = PolicyAnalysis.protectedFindings(in: loaded.policy)
        let found = (loaded.warnings + analysis.findings + lockouts + failures)
            .sorted { $0.primary.span < $1.primary.span }
        return ValidationReport(
            policy: path,
            redirects: redirects.count,
            disabled: redirects.count { !$0.isEnabled },
            strict ? found.map(\.asError) : found,
            unlisted: (
                errors: tests.failed - failures.count + (strict ? analysis.unlisted : 0),
                warnings: strict ? 0 : analysis.unlisted
            ),
            sources: loaded.sources
        )
    }
}

/// The format of findings about policies.
struct FindingOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
        case github
    }

    @Option(
        name: .customLong("format"),
        help: ArgumentHelp(
            "The format of the result; `github` prints annotations for GitHub Actions. (default: text)",
            valueName: "text|json|github"
        )
    )
    var given: Format?

    var format: Format { given ?? FormatVariable.value() ?? .text }

    @Option(help: ArgumentHelp("When to use colours; NO_COLOR is honoured.", valueName: "when"))
    var color = OutputOptions.Color.auto

    func validate() throws { try FormatVariable.check(unless: given) }

    var output: OutputOptions { .ofOwnFormat(isJSON: format == .json, color: color) }
}
