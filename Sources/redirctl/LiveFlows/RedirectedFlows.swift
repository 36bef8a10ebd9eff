import GenerationModel
import Generations
import LiveFlows
import Nftables
import RulesetModel

/// The live flows that the redirects of a table have taken.
///
/// Those of a few earlier generations count, too: a flow keeps its way when they change.
enum RedirectedFlows {
    /// The flows that go another way than they would without any redirect.
    static func all(at managed: ManagedTable, current number: Int) throws -> FlowsLeft {
        let rulesets = try managed.rulesets(upTo: number)
        return try FlowsLeft(
            by: StaleFlows(
                from: rulesets,
                to: Ruleset(table: managed.name),
                machine: LocalAddresses.all()
            )
        )
    }

    /// A number of flows in words.
    static func words(_ count: Int) -> String {
        "\(count) live redirected \(count == 1 ? "flow" : "flows")"
    }
}
