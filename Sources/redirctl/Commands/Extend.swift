import ArgumentParser
import GenerationModel
import Generations
import Reporting

struct Extend: SiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "extend",
        abstract: "Give a trial more time",
        discussion: """
            The new time starts now; it can also be shorter than the time left.

              $ sudo redirctl extend 5m
            """
    )

    @Argument(
        help: ArgumentHelp(
            "How long from now on: 90 (seconds), 60s, 5m, 1h. (default: 60s)",
            valueName: "time"
        ),
        completion: .trialTime,
        transform: TrialTime.parse
    )
    var time = TrialTime.minute

    @Option(
        help: ArgumentHelp("Act only if this generation is on trial.", valueName: "number"),
        completion: .generationOnTrial
    )
    var generation: Int?

    @OptionGroup var table: TableOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let place = CommandHint(location, table: table)
        var applier = try location.managedTable(table.table).lockedApplier(
            lock,
            at: place,
            console,
            tellsEndOfTrial: false
        )
        let trial = try applier.pendingTrial(generation).trial
        // The guardian that was started with the trial may be gone, or wait longer than the new time.
        let guardian = TrialGuardian(
            trial.guardian,
            generation: trial.generation,
            seconds: time.seconds,
            lock.logging,
            place
        )
        try guardian.start()
        let change = try applier.extend(to: time.seconds, generation)
        let report = ChangeReport(change, table: table.table)
        try console.print("extend", .change(report), at: place)
        return .done
    }
}
