import Addressing
import Diagnostics
import PolicyAnalysis
import PolicyModel

/// The shape of test results.
struct TestsJSON: Encodable {
    let passed: Bool
    let tests: Int
    let failed: Int
    let policies: [Policy]

    init(_ report: TestReport) {
        passed = report.passed
        policies = report.entries.map { Policy($0) }
        tests = report.entries.reduce(0) { $0 + $1.testCount }
        failed = policies.reduce(0) { $0 + ($1.failed ?? 0) }
    }

    struct Policy: Encodable {
        let policy: String
        let valid: Bool
        var failed: Int?
        var tests: [Test]?
        var coverage: Coverage?
        var findings: DiagnosticReport?
        var error: String?

        init(_ entry: TestReport.Entry) {
            policy = entry.policy
            switch entry.result {
            case .run(let run, let coverage, let sources):
                valid = true
                failed = run.failed
                tests = run.results.map { Test($0, sources) }
                self.coverage = coverage.map { Coverage($0, sources) }
            case .rejected(let findings, let sources):
                valid = false
                self.findings = DiagnosticReport(findings, sources: sources)
            case .unreadable(let reason):
                valid = false
                error = reason
            }
        }
    }

    struct Redirect: Encodable {
        let name: String
        let file: String
        let line: Int32
        let column: Int32

        init(_ redirect: PolicyModel.Redirect, _ sources: SourceMap) {
            name = redirect.name
            file = sources[redirect.span.source].name
            line = redirect.span.start.line
            column = redirect.span.start.column
        }
    }

    struct Test: Encodable {
        let name: String?
        let connection: String
        let file: String
        let line: Int32
        let column: Int32
        let passed: Bool
        let expected: [String]
        let expectedMasquerade: String?
        let expectedRedirect: String?
        let got: [String]
        let masquerade: [String]
        let redirect: Redirect?
        let hint: String?

        init(_ result: TestResult, _ sources: SourceMap) {
            let test = result.test
            name = test.name
            connection = "\(test.connection)"
            file = sources[test.span.source].name
            line = test.span.start.line
            column = test.span.start.column
            passed = result.passed
            expected = test.outcomes.map(\.description)
            expectedMasquerade = test.source.map(\.value)
            expectedRedirect = test.decider.map { decider in
                switch decider {
                case .redirect(let name): name
                case .noRedirect: "none"
                }
            }
            got = result.goals.map(\.description)
            masquerade = result.sources.map(\.value).sorted()
            redirect = result.outcome.redirect.map { Redirect($0, sources) }
            hint = result.hint
        }
    }

    struct Coverage: Encodable {
        let redirects: Parts
        let targets: Parts
        let exceptions: Parts

        init(_ coverage: TestCoverage, _ sources: SourceMap) {
            redirects = Parts(coverage.redirects, sources)
            targets = Parts(coverage.targets, sources)
            exceptions = Parts(coverage.exceptions, sources)
        }
    }

    struct Parts: Encodable {
        let total: Int
        let reached: Int
        let missed: [Missed]

        init(_ parts: TestCoverage.Parts, _ sources: SourceMap) {
            total = parts.total
            reached = parts.reached
            missed = parts.gaps.map { Missed($0, sources) }
        }
    }

    struct Missed: Encodable {
        let redirect: Redirect
        var number: Int?
        var target: String?

        init(_ gap: TestCoverage.Gap, _ sources: SourceMap) {
            redirect = Redirect(gap.redirect, sources)
            switch gap.part {
            case .redirect: break
            case .exception(let place): number = place + 1
            case .target(let target, let place):
                number = place + 1
                self.target = target.words
            }
        }
    }
}

extension PolicyTest.Source {
    /// The source as a test writes it.
    fileprivate var value: String {
        switch self {
        case .kept: "false"
        case .masqueraded: "true"
        case .address(let address): "\(address)"
        }
    }
}
