import GenerationModel
import Generations
import LiveFlows
import Planning
import RulesetModel
import Safeguards

/// What an apply of a ruleset would do, with the generations it lies between.
struct PlanView {
    let current: Int?
    let next: Int
    let difference: Difference

    /// A trial that still decides though it should be over; an apply ends it.
    var overdueTrial: OverdueTrial?

    /// The connections that matter and that it would take elsewhere.
    var lockouts: [Lockout] = []

    /// The live flows that it would leave on their old way.
    var flows = FlowsReport(.none, nil)

    init(_ plan: Plan) {
        current = plan.current
        next = plan.next
        difference = plan.difference
        overdueTrial = plan.overdueTrial
    }

    /// Whether an apply would do anything.
    var isEmpty: Bool { difference.isEmpty && overdueTrial == nil }

    /// What an apply would do, and a summary.
    fileprivate func lines(objects: Bool) -> [ReportLine] {
        let lines = PlanText(difference).lines(objects: objects)
        guard let overdueTrial else { return lines }
        let trial = [
            ReportLine(.foreign, "! \(overdueTrial.sentence)  (will be ended)"),
            ReportLine(.plain),
        ]
        guard !difference.isSubstantial else { return trial + lines }
        let number = overdueTrial.trial.generation
        return trial
            + [ReportLine(.heading, "Plan: only the trial of generation \(number) is to be ended.")]
    }

    fileprivate func heading(table: String) -> String {
        let generations =
            switch current {
            case next?: "generation \(next)"
            case let current?: "generation \(current) → \(next)"
            case nil: "generation \(next), the first"
            }
        return "Table inet \(table), \(generations)"
    }
}

extension Console {
    /// Prints what a command would do.
    func print(_ command: String, _ plan: PlanView, table: String, objects: Bool) throws {
        switch format {
        case .text:
            try print(
                [ReportLine(.heading, plan.heading(table: table)), ReportLine(.plain)]
                    + plan.lines(objects: objects)
            )
        case .json: try print(command, PlanReport(plan, table: table))
        }
    }
}

/// The JSON shape of a plan.
struct PlanReport: Encodable {
    let table: String
    let generation: Int?
    let nextGeneration: Int
    let overdueTrial: Int?
    let lockouts: [Lockout.Report]
    let flows: FlowsReport
    let plan: DifferenceReport

    init(_ plan: PlanView, table: String) {
        self.table = table
        generation = plan.current
        nextGeneration = plan.next
        overdueTrial = plan.overdueTrial?.trial.generation
        lockouts = plan.lockouts.map(\.report)
        flows = plan.flows
        self.plan = DifferenceReport(plan.difference, table: table)
    }
}
