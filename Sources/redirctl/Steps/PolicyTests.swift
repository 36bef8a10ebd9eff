import ArgumentParser
import Diagnostics
import PolicyAnalysis
import PolicyModel
import PolicyYAML
import Reporting

/// Whether the tests of a policy must pass before it is applied.
struct TestOptions: ParsableArguments {
    @Flag(help: "Do not run the policy's tests. Otherwise, the command stops if one fails.")
    var skipTests = false

    /// Runs the tests of a policy that is going to be applied, unless they are skipped.
    ///
    /// - Throws: ``TestsFailed`` if one fails.
    func run(_ loaded: LoadedPolicy, from path: String) throws {
        guard !skipTests else { return }
        let run = loaded.testRun
        guard run.failed > 0 else { return }
        throw TestsFailed(run, of: loaded, from: path)
    }
}

extension LoadedPolicy {
    /// The policy's tests with their results.
    var testRun: TestRun {
        Progress.step("running the policy's tests")
        return TestRun(of: policy)
    }
}

/// The refusal to apply a policy because some of its tests fail.
struct TestsFailed: Error {
    /// The first of the failures.
    let findings: [Diagnostic]
    let sources: SourceMap

    /// What happened and the way out.
    let message: String

    private static let mostShown = 20

    fileprivate init(_ run: TestRun, of loaded: LoadedPolicy, from path: String) {
        findings = run.findings(atMost: Self.mostShown)
        sources = loaded.sources
        let noun = run.total == 1 ? "test" : "tests"
        message =
            "\(run.failed) of \(run.total) \(noun) of the policy failed; nothing was changed\n"
            + Self.rest(run.failed - findings.count, path)
            + "correct the policy or its tests, or leave them out with `--skip-tests`"
    }

    private static func rest(_ count: Int, _ path: String) -> String {
        guard count > 0 else { return "" }
        // Standard input can't be read again.
        return path == "-"
            ? "\(count) more are not shown\n"
            : "\(count) more are shown by `redirctl test \(path.pathForShell)`\n"
    }
}
