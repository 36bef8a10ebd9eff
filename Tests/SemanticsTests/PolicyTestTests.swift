import Addressing
import Diagnostics
import PolicyAnalysis
import PolicyModel
import TestSupport
import Testing

/// A policy's own tests agree with the reference interpreter.
@Suite struct PolicyTestTests {
    @Test
    func `a test made from what becomes of a packet passes, and one with something else fails`() {
        var (passed, failed) = (0, 0)
        for policyCase in PolicyCase.usual {
            var policy = policyCase.policy
            // Own tests first, then the same with a wrong expectation.
            policy.tests = policyCase.cases.compactMap { test(of: $0.packet, by: policy) }
            let right = policy.tests.count
            policy.tests += policy.tests.flatMap(\.wrongVariants)
            let run = TestRun(of: policy)
            #expect(run.results.count == policy.tests.count)
            for (place, result) in run.results.enumerated() {
                guard result.passed == (place < right) else {
                    Issue.record(
                        """
                        seed \(policyCase.seed), \(result.test.connection): \(result.sentence), \
                        \(result.passed ? "passed" : "failed")
                        """
                    )
                    return
                }
                let outcome = policy.outcome(of: result.packet)
                #expect(outcome.redirect?.name == result.outcome.redirect?.name)
                #expect(outcome.places == result.outcome.places)
                passed += result.passed ? 1 : 0
                failed += result.passed ? 0 : 1
            }
        }
        #expect(passed > 3000 && failed > 6000, "\(passed), \(failed)")
    }

    @Test func `a hint leads to a test that passes`() throws {
        var followed = 0
        for policyCase in PolicyCase.usual {
            var policy = policyCase.policy
            policy.tests = policyCase.cases.compactMap { test(of: $0.packet, by: policy) }
                .map(\.leavingOut)
            for result in TestRun(of: policy).results where !result.passed {
                guard let hint = result.hint else { continue }
                #expect(hint.contains("; with `") && hint.hasSuffix("` it would pass"))
                followed += 1
            }
        }
        #expect(followed > 50, "\(followed)")
    }

    /// The test that expects what a policy makes of a packet; `nil` if a test can't say it.
    private func test(of packet: FirstPacket, by policy: Policy) -> PolicyTest? {
        guard let connection = Connection(writing: packet) else { return nil }
        // Which of its own addresses this machine is asked at, a test does not say.
        let draft = PolicyTest(connection: connection, outcomes: [.unchanged], span: .nowhere)
        var alone = policy
        alone.tests = [draft]
        guard let seen = TestRun(of: alone).results.first else { return nil }
        let outcome = policy.outcome(of: seen.packet)
        let places = outcome.places.keys
        let goals: [PolicyTest.Outcome] = places.compactMap { place in
            guard let port = place.port else { return nil }
            switch place.host {
            case .local: return .local(port)
            case .address(let address):
                let isOwn = seen.packet.isToThisMachine && address == seen.packet.destination
                return isOwn ? .local(port) : .address(address, port)
            }
        }
        return PolicyTest(
            connection: connection,
            outcomes: goals,
            decider: outcome.redirect.map { .redirect($0.name) } ?? .noRedirect,
            span: .nowhere
        )
    }
}

extension PolicyTest {
    /// The test with an expectation that can't hold.
    fileprivate var wrongVariants: [PolicyTest] {
        guard let nowhere = IPAddress("192.0.2.222"), let port = Port(9) else { return [] }
        var (elsewhere, undecided) = (self, self)
        elsewhere.outcomes = [.address(nowhere, port)]
        undecided.decider = decider == .noRedirect ? .redirect("no-such") : .noRedirect
        return [elsewhere, undecided]
    }

    /// The test without what the connection says beside its destination.
    fileprivate var leavingOut: PolicyTest {
        var test = self
        test.connection = Connection(
            direction: connection.direction,
            transport: connection.transport,
            destination: connection.destination,
            destinationPort: connection.destinationPort
        )
        return test
    }
}

extension Connection {
    /// Everything that is known of a packet; `nil` for what a policy can't write.
    fileprivate init?(writing packet: FirstPacket) {
        guard packet.direction == .inbound || packet.process != nil else { return nil }
        self.init(packet)
        if packet.isToThisMachine { destination = .local }
    }
}
