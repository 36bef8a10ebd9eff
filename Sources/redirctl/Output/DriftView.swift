import Diagnostics
import GenerationModel
import Generations
import Planning
import RulesetModel

/// What the kernel holds against what it should: for `diff`, `check` and `status`.
struct DriftView {
    /// What was seen; nothing where nothing can have changed since the last verified look.
    let snapshot: Snapshot?
    private let managed: ManagedTable
    private let drift: Drift?
    private let generation: Manifest?
    private let expectation: String
    private let remedy: String?
    private let place: CommandHint

    /// Who has the table for itself, in a sentence; `nil` if nobody has.
    private var owner: String?

    /// The comparison of a table with its current generation.
    init(_ check: TableCheck, of managed: ManagedTable, at place: CommandHint) {
        let adopting = check.live?.snapshot?.unknownMarker == nil ? "" : " --adopt"
        self.init(
            snapshot: check.live?.snapshot,
            managed: managed,
            drift: check.drift,
            generation: check.generation,
            expectation: check.generation?.title ?? "",
            remedy: check.live?.snapshot == nil
                ? nil
                : (check.generation?.number).map {
                    "\(place.line("apply --restore" + adopting)) puts generation \($0) back."
                },
            place: place
        )
        if check.isOwnedByOther { owner = OwnerText.sentence(of: managed.name) }
    }

    /// The comparison of a table with a policy.
    init(
        _ check: TableCheck,
        of managed: ManagedTable,
        policy: String,
        at place: CommandHint
    ) {
        self.init(
            snapshot: check.live?.snapshot,
            managed: managed,
            drift: check.drift,
            generation: check.generation,
            expectation: policy == "-" ? "<stdin>" : policy,
            remedy: "\(place.line("apply \(policy.quotedForShell)")) makes it so.",
            place: place
        )
    }

    private init(
        snapshot: Snapshot?,
        managed: ManagedTable,
        drift: Drift?,
        generation: Manifest?,
        expectation: String,
        remedy: String?,
        place: CommandHint
    ) {
        self.snapshot = snapshot
        self.managed = managed
        self.drift = drift
        self.generation = generation
        self.expectation = expectation
        self.remedy = remedy
        self.place = place
    }

    private var table: String { managed.name }

    /// The trial that goes on beside the current generation.
    var trial: PendingTrial? { snapshot?.trial?.pending }

    /// The trial that should be over, and still decides.
    private var overdueTrial: OverdueTrial? { snapshot?.overdueTrial }

    var isDrifted: Bool {
        trial?.isDrifted == true || overdueTrial != nil || owner != nil || isUnrecorded
            || drift != nil && drift != Drift.none
    }

    /// Whether there is anything that the table could be compared with.
    ///
    /// A first generation can be on trial where nothing was ever applied.
    var isComparable: Bool {
        drift != nil || trial != nil || overdueTrial != nil || isUnrecorded
    }

    /// Whether the table is that of a generation, but nothing is recorded here.
    private var isUnrecorded: Bool { drift == nil && snapshot?.unknownMarker != nil }

    /// Tells whoever asks for the drift of a trial that goes on, or is over.
    func tellOfTrial(_ console: Console) {
        if let trial {
            console.note(trial.sentence(at: place))
        } else if overdueTrial == nil {
            console.tellTheEnd(
                of: snapshot?.trial,
                after: snapshot?.trialRestart,
                current: snapshot?.current?.manifest.number
            )
        }
    }

    /// One line that says where the table stands.
    var stateLine: ReportLine {
        if let overdueTrial {
            return ReportLine(
                .foreign,
                "Table inet \(table): \(overdueTrial.sentence)"
            )
        }
        if let owner {
            return ReportLine(.foreign, "Table inet \(table) was taken over: \(owner)")
        }
        return switch drift {
        case nil where isUnrecorded:
            ReportLine(
                .foreign,
                "Table inet \(table) is live (\(snapshot?.unknownMarker?.chain ?? "")), but "
                    + "\(managed.store.directory) has no record of it"
            )
        case nil:
            ReportLine(
                .heading,
                "Table inet \(table): nothing is "
                    + (trial == nil ? "applied here." : "confirmed here yet.")
            )
        case Drift.none? where snapshot?.hasOnlyRemains == true && trial == nil:
            ReportLine(
                .heading,
                "Table inet \(table) redirects nothing, as it should be: \(expectation). What is left of "
                    + "a trial goes with the next change."
            )
        case Drift.none? where generation?.isRemoval == true:
            ReportLine(.heading, "Table inet \(table) is gone, as it should be: \(expectation).")
        case Drift.none?:
            ReportLine(.heading, "Table inet \(table) holds \(expectation).")
        case .differs?: differenceLine
        case .tableIsBack?:
            ReportLine(.foreign, "Table inet \(table) is back, but should be gone: \(expectation)")
        }
    }

    private var differenceLine: ReportLine {
        ReportLine(.foreign, "Table inet \(table) differs from \(expectation)")
    }

    /// Who decides beside the current generation, where one does.
    var trialLine: [ReportLine] {
        guard let trial else { return [] }
        return [
            ReportLine(
                .heading,
                "Generation \(trial.trial.generation), on trial, decides for "
                    + "\(trial.secondsLeft) s yet."
            )
        ] + lateEndLine
    }

    /// When the trial would end, if somebody has changed that.
    private var lateEndLine: [ReportLine] {
        guard let trial, let end = trial.lateEnd else { return [] }
        return [
            ReportLine(
                .foreign,
                "Generation \(trial.trial.generation) is on trial until "
                    + "\(Timestamp(seconds: trial.deadline).local); \(end.sentence)"
            )
        ]
    }

    /// For whoever hears only where the table stands: how to hear more.
    var hint: [ReportLine] {
        let differs = if case .differs? = drift { true } else { trial?.drift != nil }
        guard differs, owner == nil else { return [] }
        let what = drift == Drift.none ? "What is on trial differs from what was sent; " : ""
        return [ReportLine(.plain, "\(what)\(place.line("diff")) shows how.")]
    }

    /// Prints the drift; unless `all` of it is asked for, the first redirects and foreign objects, and
    /// how many there are.
    func print(
        _ command: String,
        _ console: Console,
        objects: Bool = false,
        all: Bool
    ) throws {
        guard isComparable else { throw ApplyError.noGeneration }
        switch console.format {
        case .text:
            let limit = all ? .max : Self.shownInText
            try console.print(
                currentLines(objects: objects, atMost: limit) + trialLines(atMost: limit)
            )
        case .json: try console.print(command, DriftReport(self, all: all))
        }
    }

    /// So many redirects and foreign objects are for people to read.
    private static let shownInText = 20

    /// So many entries of each list are for programs to read, so that what others put into the table
    /// can't make a report of any length.
    fileprivate static let shownInJSON = 1000

    /// How what the kernel holds of a trial differs from the generation on trial.
    private func trialLines(atMost limit: Int) -> [ReportLine] {
        guard let trial, trial.isDrifted else { return [] }
        let number = trial.trial.generation
        let difference =
            trial.drift.map { drift in
                [
                    ReportLine(.plain),
                    ReportLine(
                        .foreign,
                        "Generation \(number), on trial, differs from what was sent"
                    ),
                    ReportLine(.plain),
                ]
                    + DriftText(managed.worded(drift, first: limit), atMost: limit).lines(
                        objects: false
                    )
            } ?? []
        return difference + lateEndLine
            + [ReportLine(.plain, "\(place.line("cancel")) ends the trial.")]
    }

    private func currentLines(objects: Bool, atMost limit: Int) -> [ReportLine] {
        switch drift {
        case nil where isUnrecorded:
            [
                stateLine,
                ReportLine(
                    .plain,
                    "Name the state directory that has it with `--state-dir`, or take the table "
                        + "over: \(place.line("apply --adopt POLICY"))."
                ),
            ]
        case nil, Drift.none?:
            [stateLine]
                + (overdueTrial == nil
                    ? [] : [ReportLine(.plain, "\(place.line("cancel")) ends it.")])
        case .differs(let difference)?:
            [stateLine] + (overdueTrial == nil ? [] : [differenceLine])
                + reason + [ReportLine(.plain)]
                + DriftText(managed.worded(difference, first: limit), atMost: limit)
                .lines(objects: objects)
                + remedyLine
        case .tableIsBack?:
            [
                stateLine,
                ReportLine(
                    .plain,
                    snapshot?.hasForeignTable == true
                        ? "redirctl did not make it, and leaves it alone."
                        : "\(place.line("remove")) takes it away again."
                ),
            ]
        }
    }

    /// What puts the current generation back; a trial beside it must end first.
    private var remedyLine: [ReportLine] {
        guard let remedy else { return [] }
        let first = trial == nil ? "" : "\(place.line("cancel")) ends the trial; then "
        return [ReportLine(.plain, first + remedy)]
    }

    /// Why a table can be gone without anybody's doing.
    private var reason: [ReportLine] {
        guard let snapshot, snapshot.table == nil else { return [] }
        return switch snapshot.restart {
        case .machine?: [ReportLine(.plain, "The machine was started since.")]
        case .namespace?: [ReportLine(.plain, "The network namespace was made anew since.")]
        case nil: []
        }
    }

    /// The JSON shape of a drift.
    struct DriftReport: Encodable {
        let table: String
        let generation: Int?
        let drift: Bool
        var overdueTrial: Int?
        var unknownMarker: String?
        var owner: String?
        var difference: DifferenceReport?
        var trial: TrialReport?

        init(_ view: DriftView, all: Bool) {
            let limit = all ? .max : DriftView.shownInJSON
            func report(_ difference: Difference) -> DifferenceReport {
                DifferenceReport(
                    view.managed.worded(difference, first: limit),
                    table: view.table,
                    atMost: limit
                )
            }
            table = view.table
            generation = view.generation?.number
            drift = view.isDrifted
            overdueTrial = view.overdueTrial?.trial.generation
            unknownMarker = view.snapshot?.unknownMarker?.chain
            owner = view.owner
            if case .differs(let difference) = view.drift {
                self.difference = report(difference)
            }
            trial = view.trial.map { TrialReport($0, $0.drift.map(report)) }
        }
    }
}

extension Manifest {
    /// `generation 5 (applied 2 h ago by root from /etc/redirctl/web.yaml)`.
    var title: String {
        let when = "\(Timestamp(seconds: time).ago) by \(user)"
        return switch origin {
        case .apply:
            "generation \(number) (applied \(when)" + (policy.map { " from \($0))" } ?? ")")
        case .rollback: "generation \(number) (rolled back to \(restores ?? 0) \(when))"
        case .drain: "generation \(number) (draining since \(when))"
        case .remove: "generation \(number) (removed \(when))"
        }
    }
}
