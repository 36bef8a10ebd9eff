import ArgumentParser
import GenerationModel
import Generations
import Glibc
import Reporting

struct Cancel: SiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End a trial at once",
        discussion: """
            The previous generation is in effect again. Without `cancel`, the trial ends by itself \
            when its time is over.

              $ sudo redirctl cancel
            """
    )

    @Option(
        help: ArgumentHelp("Act only if this generation is on trial.", valueName: "number"),
        completion: .generationOnTrial
    )
    var generation: Int?

    /// For a process or timer that ends a trial: wait for the trial's end, or for this many seconds if
    /// the store does not say yet when that is.
    @Option(help: .hidden)
    var atEnd: Int?

    /// When to cancel, in seconds since 1970: the option of timers that version 0.1 has set.
    @Option(help: .hidden)
    var at: Int?

    @OptionGroup var table: TableOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let managed = try location.managedTable(table.table)
        if let atEnd = atEnd ?? at.map({ max(0, $0 &- time(nil)) }) {
            guard let generation,
                try TrialEnd(managed, of: generation, lock, console).wait(seconds: atEnd)
            else { return .done }
            // No operator is there to try again if it fails.
            for _ in 0..<Self.tries {
                if let status = try? cancel(managed, console) { return status }
                sleep(1)
            }
        }
        return try cancel(managed, console)
    }

    private static let tries = 60

    private func cancel(_ managed: ManagedTable, _ console: Console) throws -> ExitStatus {
        var applier = try managed.lockedApplier(lock, at: place(ofTable: managed.name), console)
        // Another process can have ended it meanwhile.
        if atEnd != nil || at != nil, applier.repairs.trial?.trial.generation != generation {
            return .done
        }
        let change = try applier.cancel(generation)
        let place = CommandHint(location, table: table)
        let report = ChangeReport(change, table: table.table)
        try console.print("cancel", .change(report), at: place)
        return .done
    }
}
