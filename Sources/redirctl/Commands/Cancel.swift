import ArgumentParser
import GenerationModel
import Generations
import Glibc

struct Cancel: SiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End the trial of a generation at once",
        discussion: """
            New connections are decided by the generation before again. Without a cancel, the \
            kernel does the same when the time is over.

              $ sudo redirctl cancel
            """
    )

    @Option(help: ArgumentHelp("Only if this one is on trial.", valueName: "number"))
    var generation: Int?

    /// For the process that ends a trial where the kernel can't: only at its end, and after so many
    /// seconds if it is not noted yet when that is.
    @Option(help: .hidden)
    var atEnd: Int?

    /// When to cancel, in seconds since 1970: so a timer says it that version 0.1 has set.
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
            // Nobody is there to try again if it fails.
            for _ in 0..<Self.tries {
                if let status = try? cancel(managed, console) { return status }
                sleep(1)
            }
        }
        return try cancel(managed, console)
    }

    private static let tries = 60

    private func cancel(_ managed: ManagedTable, _ console: Console) throws -> ExitStatus {
        var applier = try managed.lockedApplier(lock, console)
        // Another process can have ended it meanwhile.
        if atEnd != nil || at != nil, applier.repairs.trial?.trial.generation != generation {
            return .done
        }
        let change = try applier.cancel(generation)
        let place = CommandHint(location, table: table)
        try console.print("cancel", change, table: table.table, at: place, objects: false)
        return .done
    }
}
