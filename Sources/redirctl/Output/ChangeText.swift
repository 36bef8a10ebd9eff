import GenerationModel
import Generations
import Planning

extension Console {
    /// Prints what a command did.
    func print(
        _ command: String,
        _ change: Change,
        table: String,
        at place: CommandHint,
        objects: Bool,
        flows: FlowsReport? = nil,
        liveFlows: Int? = nil
    ) throws {
        let lines = change.lines(table: table, at: place, objects: objects)
        try print(about: lines.last { $0.role == .heading }?.text ?? "") {
            switch format {
            case .text: try print(lines + (flows?.lines ?? []))
            case .json: try print(command, ChangeReport(change, table: table, flows, liveFlows))
            }
        }
    }
}

extension Change {
    /// What was done is known already; whoever has 100,000 redirects wants to see few of them again.
    private static let shownRedirects = 200

    fileprivate func lines(table: String, at place: CommandHint, objects: Bool) -> [ReportLine] {
        switch self {
        case .nothing(let generation, let unchanged):
            [
                ReportLine(
                    .heading,
                    "Nothing to do: table inet \(table) holds generation \(generation), "
                        + "\(unchanged) \(unchanged == 1 ? "redirect" : "redirects")."
                )
            ]
        case .restored(let generation, let difference):
            PlanText(difference, atMost: Self.shownRedirects).changes(objects: objects)
                + [ReportLine(.heading, "Generation \(generation) is back in table inet \(table).")]
        case .applied(let generation, let from, let difference):
            PlanText(difference, atMost: Self.shownRedirects).changes(objects: objects)
                + [
                    ReportLine(
                        .heading,
                        "Generation \(generation) is live in table inet \(table)"
                            + (from.map { ", replacing \($0)." } ?? ".")
                    )
                ]
        case .removed(let generation, let from):
            [
                ReportLine(
                    .heading,
                    "Table inet \(table) is gone; recorded as generation \(generation)."
                )
            ]
                + (from.map {
                    [ReportLine(.plain, "\(place.line("rollback --to \($0)")) brings it back.")]
                } ?? [])
        case .onTrial(let pending, let current, let difference):
            // What the commands do to the confirmed objects, only a confirmation does.
            PlanText(difference, atMost: Self.shownRedirects).changes(objects: false)
                + pending.lines(table: table, current: current, at: place)
        case .confirmed(let generation, let from, let difference):
            PlanText(difference, atMost: Self.shownRedirects).changes(objects: objects)
                + [
                    ReportLine(
                        .heading,
                        "Generation \(generation) is confirmed and live in table inet \(table)"
                            + (from.map { ", replacing \($0)." } ?? ".")
                    )
                ]
        case .cancelled(let generation, let current, let isDrifted):
            [
                ReportLine(
                    .heading,
                    "The trial of generation \(generation) is over; "
                        + (current.map {
                            isDrifted
                                ? "generation \($0) is the current one."
                                : "generation \($0) decides."
                        } ?? "nothing is redirected.")
                )
            ]
                + (isDrifted
                    ? [
                        ReportLine(
                            .foreign,
                            "Table inet \(table) differs from it: \(place.line("diff")) shows how."
                        )
                    ] : [])
        case .extended(let generation, let deadline):
            [
                ReportLine(
                    .heading,
                    "The trial of generation \(generation) goes on until "
                        + "\(Timestamp(seconds: deadline).local)."
                ),
                ReportLine(.plain, "\(place.line("confirm")) keeps it."),
            ]
        case .nothingToRemove:
            [ReportLine(.heading, "Nothing to do: there is no table inet \(table).")]
        }
    }
}

/// The JSON shape of a change.
private struct ChangeReport: Encodable {
    let table: String
    let outcome: String
    var generation: Int?
    var previousGeneration: Int?
    var deadline: String?
    var secondsLeft: Int?
    var plan: DifferenceReport?
    let flows: FlowsReport?
    let liveFlows: Int?

    init(_ change: Change, table: String, _ flows: FlowsReport?, _ liveFlows: Int?) {
        self.table = table
        self.liveFlows = liveFlows
        self.flows = flows
        switch change {
        case .nothing(let number, _):
            outcome = "unchanged"
            generation = number
        case .restored(let number, let difference):
            outcome = "restored"
            generation = number
            plan = DifferenceReport(difference, table: table)
        case .applied(let number, let from, let difference):
            outcome = "applied"
            generation = number
            previousGeneration = from
            plan = DifferenceReport(difference, table: table)
        case .removed(let number, let from):
            outcome = "removed"
            generation = number
            previousGeneration = from
        case .onTrial(let pending, let from, let difference):
            outcome = "trial"
            generation = pending.trial.generation
            previousGeneration = from
            deadline = Timestamp(seconds: pending.deadline).iso
            secondsLeft = pending.secondsLeft
            plan = DifferenceReport(difference, table: table)
        case .confirmed(let number, let from, let difference):
            outcome = "confirmed"
            generation = number
            previousGeneration = from
            plan = DifferenceReport(difference, table: table)
        case .cancelled(let number, let current, _):
            outcome = "cancelled"
            generation = current
            previousGeneration = number
        case .extended(let number, let end):
            outcome = "extended"
            generation = number
            deadline = Timestamp(seconds: end).iso
        case .nothingToRemove:
            outcome = "unchanged"
        }
    }
}
