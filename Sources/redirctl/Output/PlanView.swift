import GenerationModel
import Generations
import Planning
import RulesetModel

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

extension ManagedTable {
    /// Plans an apply, and reads the table only where that can tell anything that is not known.
    func plan(for ruleset: Ruleset) throws -> (Snapshot, PlanView) {
        if let snapshot = try unseen() {
            let plan = try snapshot.plan(for: ruleset, in: self)
            if !plan.difference.needsSight { return (snapshot, plan) }
        }
        return try lookAndPlan(for: ruleset)
    }

    /// Plans an apply to the table as it is read.
    func lookAndPlan(for ruleset: Ruleset) throws -> (Snapshot, PlanView) {
        let snapshot = try look()
        return try (snapshot, snapshot.plan(for: ruleset, in: self))
    }
}

extension Snapshot {
    /// Plans what brings the kernel to an earlier generation.
    func plan(for generation: Generation, in managed: ManagedTable) throws -> PlanView {
        if let ruleset = generation.ruleset {
            return try plan(for: ruleset, of: generation.manifest.number, in: managed)
        }
        var plan = PlanView(
            current: current?.manifest.number,
            next: nextNumber,
            difference: Difference(removing: table, table: managed.name)
        )
        plan.overdueTrial = overdueTrial
        return plan
    }

    /// Plans an apply: the current generation is restored where it is the same ruleset already.
    ///
    /// The ruleset can be that of an earlier generation, the target.
    func plan(
        for ruleset: Ruleset,
        of target: Int? = nil,
        in managed: ManagedTable
    ) throws -> PlanView {
        let isCurrent = current?.ruleset == ruleset
        let number = current?.manifest.number
        let next = isCurrent ? number ?? 1 : nextNumber
        let marker = try Marker(
            number: next,
            digest: String(managed.store.digest(of: ruleset).prefix(16))
        )
        var difference = Difference(
            live: table,
            wanted: ruleset,
            marker: isCurrent ? current?.marker ?? marker : marker
        )
        if !isCurrent { managed.store.setApartLayout(in: &difference, from: number, to: target) }
        var plan = PlanView(current: number, next: next, difference: managed.worded(difference))
        plan.overdueTrial = overdueTrial
        return plan
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
