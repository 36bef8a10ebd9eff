import ArgumentParser
import Diagnostics
import PolicyAnalysis
import PolicyModel
import PolicyYAML
import Reporting

struct TestCommand: Command {
    enum TestFormat: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
        case junit
        case github
    }

    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the tests of policies",
        discussion: """
            Says where the connections under `tests:` would go, and compares it with what they \
            expect. Exits 1 if a test fails or a policy is not valid. Changes nothing, and needs \
            no privileges.

              $ redirctl test policy.yaml
              $ redirctl test --format junit *.yaml > results.xml
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

    @Flag(help: "Also show which redirects, targets and exceptions no test reaches.")
    var coverage = false

    @OptionGroup var permissions: PermissionOptions

    @Option(
        name: .customLong("format"),
        help: ArgumentHelp(
            "The format of the result; `github` prints annotations for GitHub Actions. (default: text)",
            valueName: "text|json|junit|github"
        )
    )
    var given: TestFormat?

    var format: TestFormat { given ?? FormatVariable.value() ?? .text }

    @Option(help: ArgumentHelp("When to use colours; NO_COLOR is honoured.", valueName: "when"))
    var color = OutputOptions.Color.auto

    var output: OutputOptions { .ofOwnFormat(isJSON: format == .json, color: color) }

    func validate() throws {
        try FormatVariable.check(unless: given)
        guard policies.count(where: { $0 == "-" }) < 2 else {
            throw ValidationError("Standard input can be read only once.")
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        let report = TestReport(try PolicyFiles.named(policies).map { try test($0, console) })
        switch format {
        case .text, .json: try console.print("test", .tests(report))
        case .junit: try console.write(report.junit)
        // They were printed policy by policy.
        case .github: break
        }
        return report.passed ? .done : .failed
    }

    /// Runs the tests of one policy; what is wrong with it does not keep others from their tests.
    private func test(_ policy: String, _ console: Console) throws -> TestReport.Entry {
        do {
            let loaded = try permissions.load(policy, console)
            let run = loaded.testRun
            if format == .github {
                let failures = run.findings(atMost: PolicyAnalysis.mostOfAKind)
                try annotate(failures, in: loaded.sources, console)
            }
            return .run(
                policy,
                run,
                coverage ? run.coverage(of: loaded.policy) : nil,
                in: loaded.sources
            )
        } catch let rejected as PolicyRejected {
            if format == .github {
                try annotate(rejected.findings, in: rejected.sources, console)
            } else {
                console.warn(rejected.findings, in: rejected.sources)
            }
            return .rejected(policy, rejected.findings, in: rejected.sources)
        } catch let lost as OutputLost {
            throw lost
        } catch {
            let reason = Failure(error).message
            console.fail(reason)
            if format == .github {
                try console.write(DiagnosticAnnotations.failure(reason, of: policy))
            }
            return .unreadable(policy, reason)
        }
    }

    private func annotate(
        _ findings: [Diagnostic],
        in sources: SourceMap,
        _ console: Console
    ) throws {
        try console.write(DiagnosticAnnotations(sources: sources).render(findings))
    }
}
