import ArgumentParser
import GenerationModel
import Generations

struct Check: Command {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check for drift (exit status 2)",
        discussion: """
            For cron and timers: prints nothing and exits 0 if the kernel has what was applied; \
            prints the difference and exits 2 on drift; exits 1 if it could not compare.

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
