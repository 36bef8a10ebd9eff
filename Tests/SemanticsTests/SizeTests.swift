import Addressing
import PolicyCompiler
import PolicyModel
import RulesetModel
import Testing

/// What a policy is said to take before it is compiled is what its ruleset holds, or a little more.
@Suite struct SizeTests {
    @Test func `a redirect alone takes no more elements than were counted, and not far less`() {
        for policyCase in PolicyCase.usual {
            for redirect in policyCase.policy.redirects.prefix(20) where redirect.isEnabled {
                let policy = Policy(settings: policyCase.policy.settings, redirects: [redirect])
                let counted = PolicySize(of: policy).total
                let held = PolicyCompiler.ruleset(for: policy).elementsOfRedirects
                #expect(held <= counted && counted <= 3 * held + 3, "\(policy.yaml)")
            }
        }
    }
}

extension Ruleset {
    /// The elements of maps, the values of sets in rules, and the rules that name a redirect.
    fileprivate var elementsOfRedirects: Int {
        let own = rules.filter { $0.comment != nil }
        return maps.reduce(0) { $0 + $1.elements.count }
            + own.reduce(0) { $0 + 1 + $1.selector.valuesOfSets }
    }
}

extension Selector {
    fileprivate var valuesOfSets: Int {
        [
            protocols.count, inputInterfaces.count, outputInterfaces.count,
            sourceAddresses?.rangeCount ?? 0, destinationAddresses?.rangeCount ?? 0,
            sourcePorts?.ranges.count ?? 0, destinationPorts?.ranges.count ?? 0,
            users?.intervals.count ?? 0, groups?.intervals.count ?? 0,
        ].reduce(0) { $0 + ($1 > 1 ? $1 : 0) }
    }
}
