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

              PATH=/usr/local/bin:/usr/bin:/bin
              */5 * * * *  root  redirctl check
            """
    )

    @Flag(
        help: """
            Check every table that has records, in all network namespaces, or in that of `--netns`.
            """
    )
    var allTables = false

    @OptionGroup var listing: ListOptions
    @OptionGroup var logging: LogOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try table.validate(besidesAllTables: allTables)
    }

    func run(_ console: Console) throws -> ExitStatus {
        if allTables { return try checkAllTables(console) }
        let managed = try location.managedTable(table.table)
        let check = try managed.check()
        managed.recordVerification(by: check)
        logging.write(check, of: managed)
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

    /// Checks every table that has records; drift counts more than what could not be compared.
    private func checkAllTables(_ console: Console) throws -> ExitStatus {
        let report = try RecordedTables(location).report(
            showsOnlyProblems: true,
            atMost: listing.limit(in: console.format)
        ) { logging.write($1, of: $0) }
        try console.print("check", .tables(report))
        if report.isDrifted { return .different }
        return report.entries.allSatisfy(\.isUpToDate) ? .done : .failed
    }
}
