import Flows
import Generations
import Nftables
import RulesetModel

/// How many live flows the redirects of a site have taken.
///
/// Those of a few earlier generations count, too: a flow keeps its way when they change.
enum RedirectedFlows {
    static func count(at site: Site, current number: Int) throws -> Int {
        let rulesets = try site.rulesets(upTo: number)
        var madeJudge: FlowJudge?
        return try ConnectionTracking.flows { flow in
            guard flow.isTranslated, !flow.isClosed else { return false }
            let judge =
                madeJudge
                ?? FlowJudge(
                    from: rulesets,
                    to: Ruleset(table: site.table),
                    machine: LocalAddresses.all()
                )
            madeJudge = judge
            return judge.redirect(behind: flow) != nil
        }.count
    }

    /// A number of flows in words.
    static func words(_ count: Int) -> String {
        "\(count) live redirected \(count == 1 ? "flow" : "flows")"
    }
}
