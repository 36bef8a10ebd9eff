import Addressing
public import Diagnostics
public import PolicyModel

/// The tests of a policy with their results.
///
/// A test is one packet; what it leaves out has an ordinary value that no redirect names. The reference
/// interpreter says what becomes of it.
public struct TestRun: Sendable {
    /// A result for each test, in the order of the policy.
    ///
    /// A connection between addresses of two families, which the reader of policies refuses, has none.
    public private(set) var results: [TestResult] = []

    /// How many tests the policy has.
    public let total: Int

    /// The failed tests.
    public var failures: some Collection<TestResult> { results.lazy.filter { !$0.passed } }

    /// How many tests failed; those without a result count.
    public let failed: Int

    private let reach: TestReach

    /// How many failures get a hint: each one takes a walk through the policy.
    private static let mostHints = 20

    /// Runs the tests of a policy.
    public init(of policy: Policy) {
        var reach = TestReach()
        results = Self.results(of: policy, &reach)
        self.reach = reach
        let failures = results.indices.filter { [results] in !results[$0].passed }
        total = policy.tests.count
        failed = total - (results.count - failures.count)
        guard !failures.isEmpty else { return }
        let ordinary = OrdinaryValues(for: policy, needsOwn: true)
        for index in failures.prefix(Self.mostHints) {
            results[index].hint = TestHint(for: results[index], of: policy, ordinary)?.text
        }
    }

    /// What the tests reach of the policy, which must be the one of the run.
    public func coverage(of policy: Policy) -> TestCoverage { TestCoverage(of: policy, reach) }

    /// The findings about the first failures.
    public func findings(atMost most: Int) -> [Diagnostic] {
        Array(failures.lazy.compactMap(\.finding).prefix(most))
    }

    private static func results(of policy: Policy, _ reach: inout TestReach) -> [TestResult] {
        guard !policy.tests.isEmpty else { return [] }
        let ordinary = OrdinaryValues(
            for: policy,
            needsOwn: policy.tests.contains { $0.connection.destination == .local }
        )
        let cases = policy.tests.compactMap { test in
            ordinary.packet(for: test).map { (test: test, packet: $0) }
        }
        var deciders = [Redirect?](repeating: nil, count: cases.count)
        var undecided = UndecidedPackets(cases.map(\.packet))
        for (index, redirect) in policy.redirects.enumerated() where redirect.isEnabled {
            guard !undecided.isEmpty else { break }
            for number in undecided.candidates(for: redirect.match) {
                let packet = cases[number].packet
                switch redirect.mismatch(for: packet) {
                case nil:
                    deciders[number] = redirect
                    undecided.decide(number)
                    reach.decide(index, packet.family)
                case .exception: reach.except(index, redirect, packet)
                case .disabled, .direction, .key, .target: break
                }
            }
        }
        return zip(cases, deciders).map { TestResult($0.test, $0.packet, decidedBy: $1) }
    }
}
