import Addressing
import GenerationModel
import RulesetModel
import TestSupport

@testable import Generations

/// Rulesets and generations to store and to apply.
enum Sample {
    static let author = ChangeRequest.Author(user: "tester", tool: "0.0.0")
    static let authorOnly = ChangeRequest(author: author)
    static let request = ChangeRequest(
        author: author,
        policy: "/etc/redirctl/web.yaml",
        sources: [StoredSource(name: "/etc/redirctl/web.yaml", text: "version: 1\n")]
    )

    /// A ruleset of outbound TCP redirects to ports of this machine.
    static func ruleset(_ redirects: KeyValuePairs<String, (from: UInt16, to: UInt16)>) -> Ruleset {
        let rules = redirects.map { name, ports in
            Rule(
                selector: Selector(
                    protocols: [.tcp],
                    destinationPorts: Port(ports.from).map { PortSet([$0...$0]) }
                ),
                counter: "rc_\(name)",
                statement: .redirect(port: Port(ports.to).map { .port($0) }),
                comment: name
            )
        }
        return Ruleset(
            table: "redirctl",
            counters: rules.compactMap(\.counter).sorted(),
            chains: [
                BaseChain(head: .init(hook: .prerouting, priority: -105)),
                BaseChain(head: .init(hook: .output, priority: -105), rules: rules),
            ]
        )
    }

    static let first = ruleset(["web": (80, 8080), "dns": (53, 5353)])
    static let second = ruleset(["web": (80, 9090), "dns": (53, 5353)])
    static let third = ruleset(["mail": (25, 2525)])

    /// A ruleset whose last rule the kernel refuses: its counter is never made.
    static var refused: Ruleset {
        var ruleset = ruleset(["good": (81, 8081), "bad": (82, 8082)])
        ruleset.counters = ["rc_good"]
        return ruleset
    }

    static func generation(
        _ number: Int,
        _ ruleset: Ruleset?,
        sources: [StoredSource] = request.sources
    ) throws -> Generation {
        let kept = try EncodedRuleset(ruleset)
        return Generation(
            manifest: Manifest(
                format: 2,
                number: number,
                origin: ruleset == nil ? .remove : .apply,
                restores: nil,
                parent: number > 1 ? number - 1 : nil,
                time: 1_700_000_000 + number,
                user: "tester",
                message: nil,
                policy: "/etc/redirctl/web.yaml",
                sources: Manifest.Source.copies(of: sources),
                accounts: [.init(kind: "user", name: "nobody", id: 65534)],
                namesControlGroups: false,
                digest: kept.digest,
                tool: "0.0.0"
            ),
            encoded: kept
        )
    }
}

extension Store {
    /// Writes a generation with the texts that a sample has.
    func write(_ generation: Generation) throws(StoreError) {
        try write(generation, from: Sample.request.sources)
    }
}
