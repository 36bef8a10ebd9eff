import Generations
import Planning
import RulesetModel

/// What an apply of a ruleset would do, with the generations it lies between.
struct PlanView {
    let current: Int?
    let next: Int
    let difference: Difference

    init(current: Int?, next: Int, difference: Difference) {
        self.current = current
        self.next = next
        self.difference = difference
    }

    /// The plan to do nothing, because the kernel holds the ruleset.
    init(nothingTo manifest: Manifest, _ ruleset: Ruleset) {
        self.init(
            current: manifest.number,
            next: manifest.number,
            difference: Difference(noneFrom: ruleset)
        )
    }

    func heading(table: String) -> String {
        let generations =
            switch current {
            case next?: "generation \(next)"
            case let current?: "generation \(current) → \(next)"
            case nil: "generation \(next), the first"
            }
        return "Table inet \(table), \(generations)"
    }
}

extension Situation {
    /// Plans an apply: the current generation is restored where it is the same ruleset already.
    func plan(for ruleset: Ruleset) -> PlanView {
        let isCurrent = current?.ruleset == ruleset
        let number = current?.manifest.number
        let next = isCurrent ? number ?? 1 : nextNumber
        let marker =
            isCurrent ? current?.marker : Marker(number: next, digest: Self.digestToCome)
        return PlanView(
            current: number,
            next: next,
            difference: Difference(
                live: table,
                wanted: ruleset,
                marker: marker ?? Marker(number: next, digest: Self.digestToCome)
            )
        )
    }

    /// Stands for the digest of a generation that is not recorded yet.
    private static let digestToCome = String(repeating: "0", count: 16)
}

/// The JSON shape of a plan.
struct PlanReport: Encodable {
    let table: String
    let generation: Int?
    let nextGeneration: Int
    let lockouts: [Lockout.Report]
    let flows: FlowsReport
    let plan: DifferenceReport

    init(_ plan: PlanView, table: String, _ lockouts: [Lockout], _ flows: FlowsReport) {
        self.table = table
        generation = plan.current
        nextGeneration = plan.next
        self.lockouts = lockouts.map(\.report)
        self.flows = flows
        self.plan = DifferenceReport(plan.difference, table: table)
    }
}
