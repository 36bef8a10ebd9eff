import GenerationModel
import RulesetModel
import TableDiff

/// The shape of a drift.
struct DriftJSON: Encodable {
    let table: String
    let generation: Int?
    let comparedGeneration: Int?
    let time: String?
    let user: String?
    let policy: String?
    let drift: Bool
    let changed: ChangedSide?
    let lastVerified: String?
    let overdueTrial: Int?
    let unknownMarker: String?
    let owner: String?
    let difference: DifferenceJSON?
    let trial: TrialJSON?
    let connections: ConnectionsJSON?
    let healing: HealingJSON?

    init(
        _ reading: TableCheck,
        atMost limit: Int,
        connections: ConnectionsReport? = nil,
        healing: HealingReport? = nil
    ) {
        self.healing = healing.map(HealingJSON.init)
        self.connections = connections.map(ConnectionsJSON.init)
        table = reading.table
        generation = reading.generation?.number
        comparedGeneration =
            if case .generation(let manifest) = reading.subject { manifest.number } else { nil }
        time = reading.generation.map { Timestamp(seconds: $0.time).iso }
        user = reading.generation?.user
        policy = reading.generation?.policy
        drift = reading.isDrifted
        changed = reading.changedSide
        lastVerified = reading.lastVerified.map { Timestamp(seconds: $0).iso }
        overdueTrial = reading.overdueTrial?.trial.generation
        unknownMarker = reading.unknownMarker?.chain
        owner = reading.owner?.sentence(table: reading.table)
        if case .differs(let difference)? = reading.drift {
            self.difference = DifferenceJSON(difference, table: reading.table, atMost: limit)
        } else {
            difference = nil
        }
        let trialDrift = reading.trialDrift.map {
            DifferenceJSON($0, table: reading.table, atMost: limit)
        }
        trial = reading.trial.map { TrialJSON($0, trialDrift) }
    }
}

/// The shape of what came of putting back what differs.
struct HealingJSON: Encodable {
    let outcome: String
    var changes: ChangeCounts?
    var foreign: Int?
    var error: String?

    init(_ healing: HealingReport) {
        switch healing {
        case .failed(let reason): (outcome, error) = ("failed", reason)
        case .done(let report):
            outcome = ChangeJSON(report).outcome
            if case .restored(_, let difference) = report.change {
                (changes, foreign) = (difference.counts, difference.foreign.count)
            }
        }
    }
}

/// The shape of a trial that goes on.
struct TrialJSON: Encodable {
    let generation: Int
    let user: String
    let command: String
    let started: String
    let deadline: String
    let secondsLeft: Int
    let revertBy: Trial.Guardian
    let drift: Bool
    let leaseEnds: String?
    let difference: DifferenceJSON?

    init(_ pending: PendingTrial, _ difference: DifferenceJSON?) {
        generation = pending.trial.generation
        user = pending.trial.user
        command = pending.trial.command
        started = Timestamp(seconds: pending.trial.started).iso
        deadline = Timestamp(seconds: pending.deadline).iso
        secondsLeft = pending.secondsLeft
        revertBy = pending.trial.guardian
        drift = pending.isDrifted
        leaseEnds = pending.lateEnd.map {
            switch $0 {
            case .never: "never"
            case .at(let end): Timestamp(seconds: end).iso
            }
        }
        self.difference = difference
    }
}

/// The shape of a status.
struct StatusJSON: Encodable {
    struct Draining: Encodable {
        let liveFlows: Int?
    }

    struct Row: Encodable {
        let redirect: String
        let view: ViewJSON?
        let connections: UInt64?
        let bytes: UInt64?
        let description: String?
        let enabled: Bool?
    }

    let state: DriftJSON
    let redirects: [Row]
    let redirectsTotal: Int
    let since: String?
    let draining: Draining?

    init(_ status: StatusReport) {
        state = DriftJSON(status.reading, atMost: OutputFormat.json.listLimit)
        redirects = status.redirects.map {
            Row(
                redirect: $0.redirect,
                view: ViewJSON($0.rules),
                connections: $0.connections,
                bytes: $0.bytes,
                description: $0.description,
                enabled: $0.enabled
            )
        }
        redirectsTotal = status.total
        since = status.since.map { Timestamp(seconds: $0).iso }
        draining = status.draining.map { Draining(liveFlows: $0.liveFlows) }
    }
}
