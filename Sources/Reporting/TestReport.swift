public import Diagnostics
public import PolicyAnalysis
import PolicyModel

/// The tests of some policies with their results.
public struct TestReport: Sendable {
    /// One policy.
    public struct Entry: Sendable {
        /// What became of the tests of a policy.
        enum Result: Sendable {
            /// They were run.
            case run(TestRun, TestCoverage?, SourceMap)
            /// The policy is invalid.
            case rejected([Diagnostic], SourceMap)
            /// The policy could not be read.
            case unreadable(String)
        }

        /// The policy as messages call it.
        let policy: String
        let result: Result

        private init(_ policy: String, _ result: Result) {
            self.policy = policy == "-" ? "<stdin>" : policy
            self.result = result
        }

        /// How many tests it has; 0 if it could not be tested.
        var testCount: Int {
            switch result {
            case .run(let run, _, _): run.total
            case .rejected, .unreadable: 0
            }
        }

        /// A policy with the results of its tests; what they reach is shown if it is given.
        public static func run(
            _ policy: String,
            _ run: TestRun,
            _ coverage: TestCoverage?,
            in sources: SourceMap
        ) -> Entry {
            Entry(policy, .run(run, coverage, sources))
        }

        /// A policy that is invalid.
        public static func rejected(
            _ policy: String,
            _ findings: [Diagnostic],
            in sources: SourceMap
        ) -> Entry {
            Entry(policy, .rejected(findings, sources))
        }

        /// A policy that could not be read, with the reason.
        public static func unreadable(_ policy: String, _ reason: String) -> Entry {
            Entry(policy, .unreadable(reason))
        }
    }

    let entries: [Entry]

    /// Creates a report about some policies.
    public init(_ entries: [Entry]) { self.entries = entries }

    /// Whether every policy is valid and every test passed.
    public var passed: Bool {
        entries.allSatisfy { entry in
            switch entry.result {
            case .run(let run, _, _): run.failed == 0
            case .rejected, .unreadable: false
            }
        }
    }
}

extension TestResult {
    /// What it expects and what became of it, with the place of the redirect that decides:
    /// `…, by redirect web (web.yaml:4:11)`.
    func sentence(in sources: SourceMap) -> String {
        guard let span = outcome.redirect?.span else { return sentence }
        return "\(sentence) (\(sources.place(of: span)))"
    }

    /// The test in one line: its name, if it has one, and its connection.
    var title: String {
        test.name.map { "\($0): \(test.connection)" } ?? "\(test.connection)"
    }
}
