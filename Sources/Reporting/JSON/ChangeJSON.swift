import GenerationModel
import TableDiff

/// The shape of a change.
struct ChangeJSON: Encodable {
    let table: String
    let outcome: String
    var generation: Int?
    var previousGeneration: Int?
    var deadline: String?
    var secondsLeft: Int?
    var removedRedirects: Int?
    var plan: DifferenceJSON?
    let flows: FlowsJSON?
    let liveFlows: Int?
    let connections: ConnectionsJSON?

    init(_ report: ChangeReport) {
        connections = report.connections.map(ConnectionsJSON.init)
        table = report.table
        liveFlows = report.liveFlows
        flows = report.flows.map(FlowsJSON.init)
        switch report.change {
        case .nothing(let number, _):
            outcome = "unchanged"
            generation = number
        case .restored(let number, let difference):
            outcome = "restored"
            generation = number
            plan = DifferenceJSON(difference, table: table)
        case .applied(let number, let from, let difference):
            outcome = "applied"
            generation = number
            previousGeneration = from
            plan = DifferenceJSON(difference, table: table)
        case .removed(let number, let from, let redirects):
            outcome = "removed"
            generation = number
            previousGeneration = from
            removedRedirects = redirects
        case .onTrial(let pending, let from, let difference):
            outcome = "trial"
            generation = pending.trial.generation
            previousGeneration = from
            deadline = Timestamp(seconds: pending.deadline).iso
            secondsLeft = pending.secondsLeft
            plan = DifferenceJSON(difference, table: table)
        case .confirmed(let number, let from, let difference):
            outcome = "confirmed"
            generation = number
            previousGeneration = from
            plan = DifferenceJSON(difference, table: table)
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

/// The shape of a table that drains.
struct DrainingJSON: Encodable {
    let table: String
    let outcome = "draining"
    let generation: Int
    let liveFlows: Int?

    init(_ draining: DrainingReport) {
        table = draining.table
        generation = draining.generation
        liveFlows = draining.liveFlows
    }
}

/// The shape of live flows that a change leaves on their old way.
struct FlowsJSON: Sendable, Codable {
    let left: [FlowsReport.Group]
    let redirectOfSession: String?
    let flushed: Int?
    let gone: Int?
    let moved: Int?
    let stayed: Int?
    let cut: Int?
    let waiting: Int?

    init(_ flows: FlowsReport) {
        left = flows.left
        redirectOfSession = flows.redirectOfSession
        flushed = flows.flush?.flushed
        gone = flows.flush?.gone
        moved = flows.flush?.moved
        stayed = flows.flush?.stayed
        cut = flows.flush?.cut
        waiting = flows.flush?.waiting
    }
}
