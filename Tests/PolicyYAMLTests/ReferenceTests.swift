import Diagnostics
import PolicyModel
import TestSupport
import Testing

@testable import PolicyYAML

@Suite struct ReferenceTests {
    @Test func `there are example policies`() {
        #expect(ExamplePolicies.names.count >= 12)
    }

    @Test(arguments: ExamplePolicies.names)
    func `every example policy is read without findings`(name: String) throws {
        let text = try ExamplePolicies.text(of: name)
        // Control groups are those of the machine that runs the policy.
        let reader = PolicyReader(allowsUnsafePermissions: true)
        let loaded = try reader.read(path: ExamplePolicies.path(of: name))
        #expect(loaded.warnings.allSatisfy { $0.code == .missingCgroup })
        #expect(!loaded.policy.tests.isEmpty)
        #expect(text.hasPrefix("# "), "it begins with what it is for")
        #expect(text.contains("Try it"))
    }

    @Test func `every example policy, code and key is in the reference`() throws {
        let reference = try ExamplePolicies.reference()
        let keys = PolicyLanguage.tables.flatMap { $0.names }.map { "`\($0)`" }
        let codes = DiagnosticCode.allCases.map { "| `\($0.rawValue)` |" }
        let policies = ExamplePolicies.names.map { "(\($0).yaml)" }
        for text in keys + codes + policies {
            #expect(reference.contains(text), "\(text) is not in Policies/README.md")
        }
    }

    @Test func `every policy in the reference is read without findings`() throws {
        let reference = try ExamplePolicies.reference()
        let blocks = reference.components(between: "```yaml\n", and: "```")
        #expect(!blocks.isEmpty)
        for block in blocks {
            #expect(findings(in: block).allSatisfy { $0.code == .missingCgroup }, "\(block)")
        }
    }

    @Test func `the tables name only examples that can be read`() {
        let own: Set<RedirectKey> = [.to, .bypass, .name, .direction, .connection]
        for key in RedirectKey.allCases where !own.contains(key) {
            let text = policy(with: "to: {address: 192.0.2.1}\n    \(key.example)")
            #expect(findings(in: text).isEmpty, "\(key.example)")
        }
        let short = policy(with: "to: {address: 192.0.2.1}")
            .replacing(RedirectKey.direction.example, with: RedirectKey.connection.example)
        #expect(findings(in: short).isEmpty)
        for key in MatchKey.allCases {
            let text = policy(with: "to: {local: true}\n    match: {\(key.example)}")
                .replacing("inbound", with: "outbound")
            #expect(
                findings(in: text).allSatisfy {
                    [.protocolRequired, .missingCgroup].contains($0.code)
                }
            )
        }
        let balance = "\(TargetKey.balance.example), \(TargetKey.targets.example)"
        let targets =
            TargetKey.allCases.filter { $0 != .balance && $0 != .targets }.map(\.example)
            + [balance] + LogKey.allCases.map { "local: true}\n    log: {\($0.example)" }
            + ShareKey.allCases.map {
                "balance: random, targets: [{\($0 == .weight ? "local: 1, " : "")\($0.example)}]"
            }
            + MasqueradeKey.allCases.map { "address: 192.0.2.1}\n    masquerade: {\($0.example)" }
        for example in targets {
            let text = policy(with: "match: {protocol: tcp}\n    to: {\(example)}")
            #expect(findings(in: text).isEmpty, "\(example)")
        }
        #expect(findings(in: "version: 1\nredirects: []\n\(PolicyKey.tests.example)\n").isEmpty)
        for key in ConnectionKey.allCases {
            #expect(throws: Never.self, "\(key.example)") {
                try ConnectionReader().read("outbound tcp 192.0.2.1:80 \(key.example)")
            }
        }
    }
}
