import Addressing
import PolicyCompiler
import PolicyModel
import RulesetModel
import TestSupport
import Testing

/// What is reported of a failure is small, and still the failure.
@Suite struct ShrinkingTests {
    @Test(arguments: 0..<4 as Range<UInt64>)
    func `what a failure does not need is left out`(seed: UInt64) throws {
        let port = try #require(Port(80))
        func fails(_ policy: Policy) -> Bool {
            policy.redirects.contains { redirect in
                redirect.match.destination.ports?.contains(port) ?? false
                    && redirect.exceptions.contains { $0.source.addresses != nil }
            }
        }
        let policyCase = try #require(
            PolicyCase.all(seed * 1000..<(seed + 1) * 1000).first { fails($0.policy) }
        )
        let policy = policyCase.policy.shrunk(while: fails)
        #expect(policy.isAccepted && fails(policy))
        let redirect = try #require(policy.redirects.first)
        #expect(policy.redirects.count == 1)
        #expect(redirect.directions.count == 1)
        #expect(redirect.match.destination.ports?.ranges.count == 1)
        #expect(redirect.match.protocols?.count == 1)
        #expect(redirect.match.keyCount == 2)
        #expect(redirect.exceptions.count == 1)
        #expect(redirect.exceptions[0].keyCount == 1)
        #expect(redirect.log == nil && redirect.masquerade == nil)
        #expect(redirect.decision == .bypass)
    }

    @Test func `a report names the seed, the connection, and a policy of one redirect`() throws {
        let fault = try #require(
            CompilerFault.all.first { $0.name == "target port off by one" }
        )
        func compile(_ policy: Policy) -> Ruleset? {
            var random = SeededGenerator(seed: 1)
            return fault.damage(PolicyCompiler.ruleset(for: policy), &random)
        }
        for policyCase in PolicyCase.usual {
            guard let ruleset = compile(policyCase.policy),
                let disagreement = policyCase.disagreement(with: ruleset)
            else { continue }
            let report = policyCase.report(on: disagreement.packet, compiledBy: compile)
            #expect(report.contains("seed \(policyCase.seed)\n"))
            #expect(report.contains(disagreement.packet.text))
            #expect(report.components(of: "- name: ") == 1, "\(report)")
            return
        }
        Issue.record("no case fails")
    }
}

extension Match {
    /// How many keys are named.
    fileprivate var keyCount: Int {
        let parts: [Bool] = [
            family != nil, protocols != nil, source.addresses != nil, source.ports != nil,
            destination.addresses != nil || destination.isLocal, destination.ports != nil,
            interfaces != nil, users != nil, groups != nil, cgroups != nil, mark != nil,
        ]
        return parts.count(where: \.self)
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
