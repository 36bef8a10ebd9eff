import Diagnostics
public import GenerationModel
import RulesetModel
import TableDiff

extension DriftReport {
    /// The state of the table, and how it and a trial's objects differ from what they should be.
    func lines(in context: ReportContext) -> [ReportLine] {
        currentLines(in: context) + trialLines(in: context) + (healing?.lines ?? [])
    }

    private var isStillDrifted: Bool { reading.isStillDrifted(after: healing) }

    private func currentLines(in context: ReportContext) -> [ReportLine] {
        let place = context.place
        let stateLine = reading.stateLine(at: context.now)
        let isOverdue = reading.overdueTrial != nil
        switch reading.drift {
        case nil where reading.isUnrecorded:
            return [stateLine, TableCheck.unrecordedLine(at: place)]
        case nil, Drift.none?:
            return [stateLine]
                + (isOverdue && isStillDrifted
                    ? [ReportLine(.plain, "\(place.line("cancel")) ends it.")] : [])
        case .differs(let difference)? where !reading.isOfCurrent:
            return [stateLine, ReportLine(.plain)]
                + PlanText(difference, atMost: limit, width: context.width)
                .lines(objects: showsObjects, connections: connections)
                + reading.changedSideLine(at: place) + reading.remedy(at: place)
        case .differs(let difference)?:
            return [stateLine]
                + (isOverdue ? [reading.differenceLine(at: context.now)] : [])
                + reading.sinceLine(at: context.now) + reading.reason + [ReportLine(.plain)]
                + DriftText(difference, atMost: limit, width: context.width)
                .lines(objects: showsObjects)
                + (isStillDrifted ? reading.remedy(at: place) : [])
        case .tableIsBack?:
            return [stateLine] + reading.sinceLine(at: context.now) + [
                ReportLine(
                    .plain,
                    reading.snapshot?.hasForeignTable == true
                        ? "redirctl did not create it and leaves it alone."
                        : "\(place.line("remove")) removes it again."
                )
            ]
        }
    }

    /// How what the kernel has of a trial differs from what was sent.
    private func trialLines(in context: ReportContext) -> [ReportLine] {
        guard let trial = reading.trial, trial.isDrifted else { return [] }
        let number = trial.trial.generation
        let difference =
            reading.trialDrift.map { drift in
                [
                    ReportLine(.plain),
                    ReportLine(
                        .foreign,
                        "Generation \(number), on trial, differs from what was sent"
                    ),
                    ReportLine(.plain),
                ] + DriftText(drift, atMost: limit, width: context.width).lines(objects: false)
            } ?? []
        return difference + trial.lateEndLine
            + [ReportLine(.plain, "\(context.place.line("cancel")) ends the trial.")]
    }
}

extension HealingReport {
    /// What was put back; why it was not is told on standard error.
    fileprivate var lines: [ReportLine] { effect.map { [ReportLine(.heading, $0)] } ?? [] }

    /// What was put back, in a sentence; `nil` if it was not.
    var effect: String? {
        guard case .done(let report) = self else { return nil }
        // Another command, or the end of a trial that was overdue, can have done it.
        return switch report.change {
        case .nothing(let generation, _):
            "Generation \(generation) is in effect again in table inet \(report.table)."
        case .nothingToRemove: "Table inet \(report.table) redirects nothing, as it should."
        default: report.headline
        }
    }
}

extension TableCheck {
    /// The state of the table, in one line.
    func stateLine(at now: Timestamp) -> ReportLine {
        if let overdueTrial {
            return ReportLine(.foreign, "Table inet \(table): \(overdueTrial.sentence)")
        }
        if let owner {
            let sentence = owner.sentence(table: table)
            return ReportLine(.foreign, "Table inet \(table) was taken over: \(sentence)")
        }
        let expectation = expectation(at: now)
        return switch drift {
        case nil where isUnrecorded:
            ReportLine(
                .foreign,
                "Table inet \(table) is live (\(unknownMarker?.chain ?? "")), but "
                    + "\(storeDirectory) has no record of it"
            )
        case nil where snapshot?.hasForeignTable == true:
            ReportLine(
                .foreign,
                "Table inet \(table) exists, but redirctl did not make it: no generation is recorded here"
            )
        case nil:
            ReportLine(
                .heading,
                "Table inet \(table): no generation is "
                    + (trial == nil ? "applied here." : "confirmed here yet.")
            )
        case Drift.none? where snapshot?.hasOnlyTrialObjects == true && trial == nil:
            ReportLine(
                .heading,
                "Table inet \(table) redirects nothing, as expected: \(expectation). The next change "
                    + "removes what is left of a trial."
            )
        case Drift.none? where generation?.isRemoval == true && trial != nil:
            ReportLine(
                .heading,
                "Table inet \(table) exists only for a trial; it was removed before: "
                    + "\(expectation)."
            )
        case Drift.none? where generation?.isRemoval == true:
            ReportLine(.heading, "Table inet \(table) is gone, as expected: \(expectation).")
        case Drift.none?:
            ReportLine(.heading, "Table inet \(table) matches \(expectation).")
        case .differs?: differenceLine(at: now)
        case .tableIsBack?:
            ReportLine(
                .foreign,
                "Table inet \(table) exists again, but should be gone: \(expectation)"
            )
        }
    }

    /// What to do about a table of which nothing is recorded.
    static func unrecordedLine(at place: CommandHint) -> ReportLine {
        ReportLine(
            .plain,
            "Name the state directory that has its record with `--state-dir`, or take the table over "
                + "with \(place.adoptLine)."
        )
    }

    fileprivate func differenceLine(at now: Timestamp) -> ReportLine {
        ReportLine(.foreign, "Table inet \(table) differs from \(expectation(at: now))")
    }

    /// What the table was compared with.
    private func expectation(at now: Timestamp) -> String {
        switch subject {
        case .current: generation?.title(at: now) ?? ""
        case .policy(let policy): policy == "-" ? "<stdin>" : policy
        case .generation(let manifest): manifest.title(at: now)
        }
    }

    /// Whether it was the policy or the kernel's table that changed.
    fileprivate func changedSideLine(at place: CommandHint) -> [ReportLine] {
        guard let changedSide, let number = generation?.number else { return [] }
        return [ReportLine(.plain, changedSide.sentence(since: number, at: place))]
    }

    /// Since when it differs, as far as checks tell.
    fileprivate func sinceLine(at now: Timestamp) -> [ReportLine] {
        guard let lastVerified else { return [] }
        let time = Timestamp(seconds: lastVerified)
        return [ReportLine(.plain, "Last verified \(time.local), \(time.ago(at: now)).")]
    }

    /// Why a table can be gone although nobody removed it.
    fileprivate var reason: [ReportLine] {
        guard let snapshot, snapshot.table == nil, let restart = snapshot.restart else { return [] }
        return [ReportLine(.plain, "Since then, \(restart.sentence).")]
    }

    /// What brings the table to what it was compared with; a trial beside it must end first.
    fileprivate func remedy(at place: CommandHint) -> [ReportLine] {
        let remedy: String
        switch subject {
        case .policy(let policy):
            let option = snapshot?.needsAdoption == true ? "--adopt " : ""
            remedy = "\(place.policyLine("apply \(option)\(policy.pathForShell)")) applies it."
        case .generation(let manifest):
            remedy = "\(place.line("rollback --to \(manifest.number)")) returns to it."
        case .current:
            guard let generation else { return [] }
            let option = unknownMarker == nil ? "" : " --adopt"
            remedy =
                "\(place.line("apply --restore" + option)) puts generation \(generation.number) back."
        }
        let first = trial == nil ? "" : "\(place.line("cancel")) ends the trial; then "
        return [ReportLine(.plain, first + remedy)]
    }
}

extension ChangedSide {
    /// What has changed since a generation was applied, in a sentence.
    func sentence(since generation: Int, at place: CommandHint? = nil) -> String {
        switch self {
        case .policy: "Only the policy has changed since generation \(generation) was applied."
        case .kernel:
            "Only the kernel's table has changed since generation \(generation) was applied."
        case .both:
            "The policy and the kernel's table have both changed since generation \(generation) was applied"
                + (place.map { "; \($0.line("diff")) shows what changed in the table." } ?? ".")
        }
    }
}

extension PendingTrial {
    /// When the trial would end, if somebody has changed that.
    var lateEndLine: [ReportLine] {
        lateEnd.map { end in
            [
                ReportLine(
                    .foreign,
                    "Generation \(trial.generation) is on trial until "
                        + "\(Timestamp(seconds: deadline).local); \(end.sentence)"
                )
            ]
        } ?? []
    }
}

extension TableCheck.Owner {
    /// Who has a table for itself, in a sentence.
    public func sentence(table: String) -> String {
        let end =
            "the kernel drops the table when that program ends; stop it, or use another table name "
            + "in `settings`"
        switch self {
        case .unknown:
            return "a running program owns table inet \(table) (`flags owner`); \(end)"
        case .process(let number, let command):
            let words = command.map(\.escaped.quotedForShell).joined(separator: " ")
            let name = words.isEmpty ? "" : " (`\(words)`)"
            return "process \(number)\(name) owns table inet \(table); \(end)"
        }
    }
}
