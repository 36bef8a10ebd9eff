import Diagnostics
import PolicyAnalysis
import PolicyModel

extension TestReport {
    /// The results as JUnit XML, which CI systems read: a suite for each policy.
    public var junit: String {
        let suites = entries.map(suite)
        let counts = suites.reduce(into: Counts()) { $0.add($1.counts) }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<testsuites name=\"redirctl\"\(counts.attributes)>\n"
            + suites.map(\.text).joined() + "</testsuites>\n"
    }

    private func suite(_ entry: Entry) -> (text: String, counts: Counts) {
        var counts = Counts()
        var cases = ""
        switch entry.result {
        case .run(let run, _, let sources):
            counts = Counts(tests: run.total, failures: run.failed)
            cases = run.results.map { testCase($0, of: entry, sources) }.joined()
        case .rejected(let findings, let sources):
            counts = Counts(tests: 1, errors: 1)
            let texts = findings.map { "\(sources.place(of: $0.primary.span)): \($0.message)" }
            cases = error("the policy is not valid", texts.joined(separator: "\n"), of: entry)
        case .unreadable(let reason):
            counts = Counts(tests: 1, errors: 1)
            cases = error("the policy could not be read", reason, of: entry)
        }
        let name = entry.policy.attribute
        return ("  <testsuite name=\(name)\(counts.attributes)>\n\(cases)  </testsuite>\n", counts)
    }

    private func testCase(_ result: TestResult, of entry: Entry, _ sources: SourceMap) -> String {
        let span = result.test.span
        let head =
            "    <testcase classname=\(entry.policy.attribute) name=\(result.title.attribute) "
            + "file=\(sources[span.source].name.attribute) line=\"\(span.start.line)\""
        guard !result.passed else { return head + "/>\n" }
        let text =
            "\(sources.place(of: span)): \(result.sentence(in: sources))"
            + (result.hint.map { "\n\($0)" } ?? "")
        return "\(head)>\n      <failure message=\(result.sentence.attribute)>\(text.content)"
            + "</failure>\n    </testcase>\n"
    }

    private func error(_ message: String, _ text: String, of entry: Entry) -> String {
        "    <testcase classname=\(entry.policy.attribute) name=\"the policy can be tested\">\n"
            + "      <error message=\(message.attribute)>\(text.content)</error>\n    </testcase>\n"
    }
}

/// How many tests of a suite there are, and how many did not pass.
private struct Counts {
    var tests = 0
    var failures = 0
    var errors = 0

    mutating func add(_ other: Counts) {
        tests += other.tests
        failures += other.failures
        errors += other.errors
    }

    var attributes: String {
        " tests=\"\(tests)\" failures=\"\(failures)\" errors=\"\(errors)\""
    }
}

extension String {
    /// The text as the content of an element; characters that XML 1.0 does not allow are escaped.
    fileprivate var content: String {
        split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.escaped.xml }.joined(separator: "\n")
    }

    /// The text as the quoted value of an attribute.
    fileprivate var attribute: String { "\"\(escaped.xml)\"" }

    private var xml: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
