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
            prints the difference and exits 2 on drift; exits 1 if it could not compare, or not \
            write the metrics. With `--heal`, it also puts back what was applied; the exit status then \
            tells whether the table still differs.

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

    @Option(
        help: ArgumentHelp(
            """
            Also write the result as Prometheus metrics to this file (NAME.prom in the directory of \
            node exporter's textfile collector). The whole table is read each time.
            """,
            valueName: "file"
        ),
        completion: .file(),
        transform: OptionValue.metricsFile
    )
    var metrics: String?

    @OptionGroup var listing: ListOptions
    @OptionGroup var logging: LogOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try table.validate(besidesAllTables: allTables)
    }

    /// Metrics need the counters, which only a listing reads.
    private var depth: TableReading.Depth { metrics == nil ? .cached : .listed }

    func run(_ console: Console) throws -> ExitStatus {
        if allTables { return try checkAllTables(console) }
        let managed = try location.managedTable(table.table)
        let check: TableCheck
        do {
            check = try managed.check(reading: depth)
            guard check.isComparable else { throw managed.reasonForNoComparison(check) }
        } catch {
            write([TableMetrics(failed: managed.name, netns: managed.netns)], console)
            throw error
        }
        return try report(check, of: managed, console)
    }

    private func report(
        _ check: TableCheck,
        of managed: ManagedTable,
        _ console: Console
    ) throws -> ExitStatus {
        managed.recordVerification(by: check)
        logging.write(check, of: managed)
        let place = CommandHint(location, table: table)
        // Other commands note a trial that is over: cron would send a mail each time.
        if check.trial != nil { console.tellOfTrial(in: check, at: place) }
        // The texts of rules that are not from redirctl are gone once they are removed.
        let worded = managed.worded(
            managed.inOrder(check),
            first: listing.limit(in: console.format)
        )
        let healing = healing(check, of: managed, location, console)
        let isWritten = write([measured(check, healing, of: managed)], console)
        let status = try listing.print(
            "check",
            worded,
            of: managed,
            at: place,
            healing: healing,
            onlyDrift: true,
            console
        )
        return status == .done && !isWritten ? .failed : status
    }

    /// Checks every table that has records; drift counts more than what could not be compared.
    private func checkAllTables(_ console: Console) throws -> ExitStatus {
        var compared: [TableMetrics] = []
        let report = try RecordedTables(location).report(
            showsOnlyProblems: true,
            atMost: listing.limit(in: console.format),
            reading: depth
        ) { managed, location, check in
            logging.write(check, of: managed)
            let console = console.about(managed.name, in: managed.netns)
            let healing = healing(check, of: managed, location, console)
            if metrics != nil, check.isComparable {
                compared.append(measured(check, healing, of: managed))
            }
            return healing
        }
        let failed = report.failed.map { TableMetrics(failed: $0.table, netns: $0.namespace) }
        let isWritten = write(compared + failed, console)
        try console.print("check", .tables(report))
        if report.isStillDrifted { return .different }
        return failed.isEmpty && isWritten ? .done : .failed
    }

    /// The metrics of a table, with the counters that it has after a healing.
    private func measured(
        _ check: TableCheck,
        _ healing: HealingReport?,
        of managed: ManagedTable
    ) -> TableMetrics {
        let snapshot = healing?.isDone == true ? try? managed.listed() : check.snapshot
        return TableMetrics(
            check,
            healing,
            netns: managed.netns,
            redirectsOf: snapshot?.decidingTable,
            at: .now
        )
    }

    /// Writes the metrics, if they are wanted; whether that worked.
    ///
    /// What was found is reported all the same.
    @discardableResult
    private func write(_ tables: @autoclosure () -> [TableMetrics], _ console: Console) -> Bool {
        guard let metrics else { return true }
        do {
            try MetricsFile.write(tables(), to: metrics)
            return true
        } catch {
            console.fail(Failure(error) { _ in CommandHint(location) }.message)
            return false
        }
    }

    /// Puts back what differs, if that is wanted; `nil` if there is nothing to put back.
    private func healing(
        _ check: TableCheck,
        of managed: ManagedTable,
        _ location: LocationOptions,
        _ console: Console
    ) -> HealingReport? {
        guard heal, check.isDrifted else { return nil }
        let healing = TableHealer(location: location, lock: .usual(logging: logging)).heal(
            managed,
            console
        )
        if case .failed(let reason) = healing { console.fail(reason) }
        return healing
    }
}
