import Nftables
import PolicyCompiler
import PolicyYAML
import RulesetModel
import TestSupport
import Testing

/// Both readers know every rule of every example.
@Suite(.networkNamespace) struct ExampleAgreementTests {
    let readers = TwoReaders()

    @Test(arguments: ExamplePolicies.names.filter { $0 != "container-cgroup" })
    func `about an example`(name: String) throws {
        try readers.load(Self.example(name))
    }

    @Test(.enabled(if: LabIdentity.isFree))
    func `about a control group, and about one that is gone`() throws {
        let ruleset = try Self.example("container-cgroup")
        try LabIdentity.withControlGroups(["crawler.slice"]) {
            try readers.load(ruleset)
            try LabIdentity.replaceControlGroup("crawler.slice")
            try readers.agree(on: ruleset.table)
            let rules = try readers.kernel.table(ruleset.table)?.chains.flatMap(\.rules) ?? []
            #expect(rules.contains { $0.known == nil })
        }
    }

    private static func example(_ name: String) throws -> Ruleset {
        let reader = PolicyReader(allowsUnsafePermissions: true)
        let loaded = try reader.read(path: ExamplePolicies.path(of: name))
        return PolicyCompiler.ruleset(for: loaded.policy)
    }
}
