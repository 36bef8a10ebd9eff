public import Diagnostics
import PolicyModel

extension TestResult {
    private static let mostNamed = 4

    /// What the test expects, and what became of it: `expected unchanged, got local:80, by redirect web`.
    public var sentence: String { "expected \(expected), got \(got)" }

    /// What the test expects: `192.0.2.10:80, masqueraded, by redirect web`.
    private var expected: String {
        var words = [test.outcomes.map(\.description).joined(by: "or")]
        if let source = test.source { words.append(source.words) }
        if let decider = test.decider { words.append(decider.words) }
        return words.joined(separator: ", ")
    }

    /// What became of it.
    private var got: String {
        let goals = goals
        var words = [
            goals.count > Self.mostNamed
                ? "one of \(goals.count) targets" : goals.map(\.description).joined(by: "or")
        ]
        if test.source != nil { words.append(sources.map(\.words).sorted().joined(by: "or")) }
        let decider = outcome.redirect.map { PolicyTest.Decider.redirect($0.name) } ?? .noRedirect
        words.append(decider.words)
        return words.joined(separator: ", ")
    }

    /// The failure as a finding; `nil` if the test passes.
    public var finding: Diagnostic? {
        guard !passed else { return nil }
        let redirect = outcome.redirect
        return Diagnostic(
            .failedTest,
            "the test\(test.name.map { " \($0.quoted)" } ?? "") fails: \(sentence)",
            at: .init(test.span, redirect == nil ? "no redirect matches it" : ""),
            related: redirect.map { [.init($0.span, "this redirect decides it")] } ?? [],
            help: hint,
            witness: "\(test.connection)"
        )
    }
}

extension PolicyTest.Decider {
    fileprivate var words: String {
        switch self {
        case .redirect(let name): "by redirect `\(name)`"
        case .noRedirect: "by no redirect"
        }
    }
}

extension PolicyTest.Source {
    fileprivate var words: String {
        switch self {
        case .kept: "not masqueraded"
        case .masqueraded: "masqueraded"
        case .address(let address): "with source \(address)"
        }
    }
}
