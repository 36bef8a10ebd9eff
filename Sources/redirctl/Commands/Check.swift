import ArgumentParser
import GenerationModel
import Generations
import Reporting

struct Check: SiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check for drift (exit status 2)",
        discussion: """
            For cron and timers: prints nothing and exits 0 if the kernel has what was applied; \
            prints the difference and exits 2 on drift; exits 1 if it could not compare.

              */5 * * * *  root  redirctl check
            """
    )

    @OptionGroup var listing: ListOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let managed = try location.managedTable(table.table)
        let check = try managed.check()
        managed.recordVerification(by: check)
        let place = CommandHint(location, table: table)
        // Other commands note a trial that is over: cron would send a mail each time.
        if check.trial != nil { console.tellOfTrial(in: check, at: place) }
        return try listing.print(
            "check",
            managed.inOrder(check),
            of: managed,
            at: place,
            onlyDrift: true,
            console
        )
    }
}
