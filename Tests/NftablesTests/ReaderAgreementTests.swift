import Addressing
import PolicyCompiler
import PolicyYAML
import RulesetModel
import TestSupport
import Testing

@testable import Nftables

/// The reader of the kernel's own messages, and that of libnftables' JSON, share no code and say the
/// same.
@Suite(.networkNamespace) struct ReaderAgreementTests {
    let kernel = NftKernel()

    @Test(arguments: ExamplePolicies.names.filter { $0 != "container-cgroup" })
    func `about an example`(name: String) throws {
        try load(Self.example(name))
    }

    @Test(.enabled(if: LabIdentity.isFree))
    func `about a control group, and about one that is gone`() throws {
        let ruleset = try Self.example("container-cgroup")
        try LabIdentity.withControlGroups(["crawler.slice"]) {
            try load(ruleset)
            try LabIdentity.replaceControlGroup("crawler.slice")
            try agree(on: ruleset.table)
            let rules = try kernel.table(ruleset.table)?.chains.flatMap(\.rules) ?? []
            #expect(rules.contains { $0.known == nil })
        }
    }

    @Test(arguments: UInt64(100)..<124)
    func `about a ruleset made at random`(seed: UInt64) throws {
        var generator = RulesetGenerator(seed: seed)
        for _ in 0..<10 { try load(generator.ruleset(table: "redirctl")) }
    }

    @Test func `about objects of every kind`() throws {
        try LabCommand.run(["nft", "-f", "-"], input: RecordedListing.script)
        try agree(on: "t")
    }

    private static func example(_ name: String) throws -> Ruleset {
        let reader = PolicyReader(allowsUnsafePermissions: true)
        let loaded = try reader.read(path: ExamplePolicies.path(of: name))
        return PolicyCompiler.ruleset(for: loaded.policy)
    }

    /// Loads a ruleset, of which both readers must know every rule.
    private func load(_ ruleset: Ruleset) throws {
        try kernel.commit([ruleset.script])
        try agree(on: ruleset.table)
        let rules = try kernel.table(ruleset.table)?.chains.flatMap(\.rules) ?? []
        for rule in rules { #expect(rule.known != nil, "\(rule.text)") }
    }

    private func agree(on table: String) throws {
        let live = try #require(try kernel.table(table))
        let listed = try #require(try JSONTableReader.read(table))
        #expect(live.chains.map(\.name) == listed.chains.map(\.name))
        for (chain, other) in zip(live.chains, listed.chains) {
            #expect(chain.attachment == other.attachment)
            #expect(chain.rules.count == other.rules.count)
            for (rule, other) in zip(chain.rules, other.rules) {
                #expect(rule == other, "\(rule.text)\nand\n\(other.text)")
            }
        }
        #expect(live.counters == listed.counters)
        #expect(live.maps == listed.maps)
        #expect(live.others == listed.others)
    }
}
