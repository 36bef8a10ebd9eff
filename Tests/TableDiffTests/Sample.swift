import Addressing
import RulesetModel
import TableDiff

/// Small rulesets and tables to compare.
enum Sample {
    static let digest = "0123456789abcdef"
    static let marker = Marker(number: 1, digest: digest)

    /// A ruleset of outbound TCP redirects from a port to 8080.
    static func ruleset(
        _ redirects: KeyValuePairs<String, UInt16>,
        priority: Int32 = -105
    ) -> Ruleset {
        let rules = redirects.map { name, port in
            Rule(
                selector: Selector(
                    protocols: [.tcp],
                    destinationPorts: Port(port).map { PortSet([$0...$0]) }
                ),
                counter: "rc_\(name)",
                statement: .redirect(port: Port(8080).map { .port($0) }),
                comment: name
            )
        }
        return Ruleset(
            table: "t",
            counters: rules.compactMap(\.counter).sorted(),
            chains: [
                BaseChain(head: .init(hook: .prerouting, priority: priority)),
                BaseChain(head: .init(hook: .output, priority: priority), rules: rules),
            ]
        )
    }

    /// The table of a kernel to which a ruleset was just applied.
    static func live(_ ruleset: Ruleset) throws -> LiveTable {
        let creation = Difference(live: nil, wanted: ruleset, marker: marker)
        return try carryOut(creation, on: nil)
    }

    static func carryOut(_ difference: Difference, on table: LiveTable?) throws -> LiveTable {
        var interpreter = OperationInterpreter(table)
        try interpreter.carryOut(difference.commands, on: "t")
        return interpreter.table ?? LiveTable(name: "t")
    }
}
