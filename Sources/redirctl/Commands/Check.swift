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
            prints the difference and exits 2 on drift; exits 1 if it could not compare. With `--heal`, it \
            also puts back what was applied, and exits 0 if that worked.

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

    @Flag(help: "On drift, put back what was applied, as `apply --restore` does.")
    var heal = false

    @OptionGroup var listing: ListOptions
    @OptionGroup var lock: LockOptions
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
        lock.logging.write(check, of: managed)
        let place = CommandHint(location, table: table)
        // Other commands note a trial that is over: cron would send a mail each time.
        if check.trial != nil { console.tellOfTrial(in: check, at: place) }
        // The texts of rules that are not from redirctl are gone once they are removed.
        let worded = managed.worded(
            managed.inOrder(check),
            first: listing.limit(in: console.format)
        )
        let healing = healing(check, of: managed, location, console)
        return try listing.print(
            "check",
            worded,
            of: managed,
            at: place,
            healing: healing,
            onlyDrift: true,
            console
        )
    }

    /// Checks every table that has records; drift counts more than what could not be compared.
    private func checkAllTables(_ console: Console) throws -> ExitStatus {
        let report = try RecordedTables(location).report(
            showsOnlyProblems: true,
            atMost: listing.limit(in: console.format)
        ) { managed, location, check in
            lock.logging.write(check, of: managed)
            var console = console
            console.subject = "table inet \(managed.name) (\(managed.netns))"
            return healing(check, of: managed, location, console)
        }
        try console.print("check", .tables(report))
        if report.isLeftDrifted { return .different }
        return report.hasFailures ? .failed : .done
    }

    /// Puts back what differs, if that is wanted; `nil` if there is nothing to put back.
    private func healing(
        _ check: TableCheck,
        of managed: ManagedTable,
        _ location: LocationOptions,
        _ console: Console
    ) -> HealingReport? {
        guard heal, check.isDrifted else { return nil }
        let healing = TableHealer(location: location, lock: lock).heal(managed, console)
        if case .failed(let reason) = healing { console.fail(reason) }
        return healing
    }
}
