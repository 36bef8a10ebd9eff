import Diagnostics
import Nftables
import PolicyCompiler
import PolicyModel
import PolicyYAML
import RulesetModel
import TableDiff
import TestSupport

/// A policy loaded into the kernel of the test's namespace.
struct PolicyUnderTest {
    let ruleset: Ruleset
    private let marker = Marker(number: 1, digest: "0123456789abcdef")
    private let kernel = NftKernel()

    /// Loads an example of `Policies/`.
    init(example name: String) throws {
        try self.init(Self.read(name).policy)
    }

    /// Reads an example of `Policies/`.
    static func read(_ name: String) throws -> LoadedPolicy {
        let reader = PolicyReader(allowsUnsafePermissions: true)
        return try reader.read(path: ExamplePolicies.path(of: name))
    }

    /// Loads one outbound or inbound redirect, given its `direction`, `match` and `to`.
    init(redirect keys: String...) throws {
        try self.init(redirects: (["- name: under-test"] + keys).joined(separator: "\n  "))
    }

    /// Loads a list of redirects.
    init(redirects: String) throws {
        let text = "version: 1\nredirects:\n\(redirects)\n"
        let reader = PolicyReader()
        try self.init(reader.read(SourceText(name: "test.yaml", text: text)).policy)
    }

    /// Loads a policy.
    init(_ policy: Policy) throws {
        ruleset = PolicyCompiler.ruleset(for: policy)
        try carryOut(difference)
    }

    /// Loads a policy on trial, beside a confirmed ruleset that leads every connection astray.
    init(onTrial policy: Policy) throws {
        let astray = """
            version: 1
            redirects:
              - name: astray
                direction: [inbound, outbound]
                match: {protocol: [tcp, udp]}
                to: {port: 1}

            """
        let source = SourceText(name: "astray.yaml", text: astray)
        ruleset = PolicyCompiler.ruleset(for: policy)
        var confirmed = PolicyCompiler.ruleset(for: try PolicyReader().read(source).policy)
        confirmed.table = ruleset.table
        confirmed.chains = confirmed.chains.map { chain in
            let own = ruleset.chains.first { $0.head.hook == chain.head.hook }
            return BaseChain(head: own?.head ?? chain.head, rules: chain.rules)
        }
        try carryOut(difference(from: confirmed))
        let trial = TrialCommands.start(
            ruleset,
            marker: marker,
            besides: confirmed,
            milliseconds: 3_600_000
        )
        try kernel.commit(trial.map { $0.text(table: ruleset.table) })
    }

    /// How the trial in the kernel's table differs from what was loaded.
    var trialDifference: Difference {
        get throws {
            let table = try kernel.table(ruleset.table) ?? LiveTable(name: ruleset.table)
            let trial = table.split(besides: nil).trial.table
            return Difference(live: trial, wanted: ruleset, marker: marker)
        }
    }

    /// How the kernel's table differs from what was loaded.
    var difference: Difference {
        get throws { try difference(from: ruleset) }
    }

    /// How the kernel's table differs from a ruleset.
    func difference(from ruleset: Ruleset) throws -> Difference {
        Difference(live: try kernel.table(ruleset.table), wanted: ruleset, marker: marker)
    }

    /// Mends a difference.
    func carryOut(_ difference: Difference) throws {
        try kernel.commit(difference.commands.map { $0.text(table: ruleset.table) })
    }

    /// The connections that each redirect has counted.
    var counts: [String: UInt64] {
        get throws {
            let table = try kernel.table(ruleset.table)
            let counts = RedirectCounts(table)
            let pairs = RedirectView.redirects(in: table).compactMap { name, rules in
                counts.count(of: name, rules).map { (name, $0.packets) }
            }
            return Dictionary(uniqueKeysWithValues: pairs)
        }
    }
}
