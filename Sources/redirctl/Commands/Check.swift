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

    @OptionGroup var table: TableOptions
    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let drift = try DriftView(site.site(table: table.table), at: Place(site, table: table))
        // One that is over is for others to tell: cron would send a mail each time.
        if drift.trial != nil { drift.tellOfTrial(console) }
        guard drift.isComparable else { throw ApplyError.noGeneration }
        if drift.isDrifted || console.format == .json {
            try drift.print("check", console, objects: false)
        }
        return drift.isDrifted ? .different : .done
    }
}
