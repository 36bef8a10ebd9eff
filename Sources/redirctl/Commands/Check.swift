import GenerationModel
import ArgumentParser
import Generations

struct Check: Command {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Tell by the exit status whether the kernel holds what was applied",
        discussion: """
            For cron and timers: silent and 0 when all is well; prints the difference and exits 2 \
            on drift; exits 1 when it could not tell.

              */5 * * * *  root  redirctl check
            """
    )

    @OptionGroup var drift: DriftOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let managed = try location.managedTable(table.table)
        let check = try managed.check()
        managed.recordVerification(by: check)
        let view = DriftView(check, of: managed, at: CommandHint(location, table: table))
        // One that is over is for others to tell: cron would send a mail each time.
        if view.trial != nil { view.tellOfTrial(console) }
        guard view.isComparable else { throw ApplyError.noGeneration }
        if view.isDrifted || console.format == .json {
            try view.print("check", console, all: drift.all)
        }
        return view.isDrifted ? .different : .done
    }
}
