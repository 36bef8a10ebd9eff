import Addressing
import PolicyAnalysis
import PolicyModel
import TestSupport
import Testing

/// Every test of a policy is in the total.
@Suite struct TestTotalTests {
    private func test(from source: String, to destination: String) throws -> PolicyTest {
        PolicyTest(
            connection: Connection(
                direction: .inbound,
                transport: .tcp,
                sourceAddress: IPAddress(source),
                destination: .address(try #require(IPAddress(destination))),
                destinationPort: try #require(Port(80))
            ),
            outcomes: [.unchanged],
            span: .nowhere
        )
    }

    @Test func `a connection between two families, which can't be, fails`() throws {
        let run = TestRun(
            of: Policy(tests: [
                try test(from: "192.0.2.1", to: "192.0.2.2"),
                try test(from: "192.0.2.1", to: "2001:db8::1"),
            ])
        )
        #expect(run.total == 2 && run.failed == 1)
        #expect(run.results.count == 1 && run.failures.isEmpty)
    }
}
