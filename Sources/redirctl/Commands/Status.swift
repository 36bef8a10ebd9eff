public import ArgumentParser
import GenerationModel
import Generations
import Glibc
import LiveFlows
import Nftables
public import Reporting
import RulesetModel

struct Status: SiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the live redirects and what they have counted",
        discussion: """
            A counter counts the new connections that its redirect has redirected or bypassed, and the \
            bytes of their first packets: NAT sees no others. It starts at zero when the machine \
            restarts, and can do so when the redirect changes.

              $ sudo redirctl status
              $ sudo redirctl status 'web-*' --sort connections --top 10
            """
    )

    @Argument(
        help: ArgumentHelp(
            "Show only these redirects; `*`, `?` and `[…]` stand for any characters.",
            valueName: "name"
        ),
        completion: .redirect
    )
    var names: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            Sort by name, connections or bytes, those with the most first. (default: the policy's \
            order; with `--top`, connections)
            """,
            valueName: "key"
        )
    )
    var sort: StatusSelection.Order?

    @Option(
        help: ArgumentHelp("Show only the first ones.", valueName: "number"),
        completion: .nothing,
        transform: OptionValue.count(of: "redirects")
    )
    var top: Int?

    @Flag(
        name: [.customLong("all-tables"), .customLong("all")],
        help: """
            Show the state of every table that has records, in all network namespaces, or in that of \
            `--netns`.
            """
    )
    var allTables = false

    @OptionGroup var table: TableOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard allTables else { return }
        try table.validate(besidesAllTables: allTables)
        guard names.isEmpty, sort == nil, top == nil else {
            throw ValidationError(
                "`--all-tables` lists no redirects, so it takes no names and no `--sort` or `--top`."
            )
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        if allTables {
            let tables = try RecordedTables(location).report(
                showsOnlyProblems: false,
                atMost: console.format.listLimit
            )
            try console.print("status", .tables(tables))
            return .done
        }
        let managed = try location.managedTable(table.table)
        let place = CommandHint(location, table: table)
        let check = try managed.check(reading: .listed)
        managed.recordVerification(by: check)
        let draining = try draining(check.snapshot, at: managed, console)
        console.tellOfTrial(in: check, at: place)
        let report = StatusReport(
            // The text only says that there is a difference.
            console.format.isForPrograms
                ? managed.worded(check, first: console.format.listLimit) : check,
            // Beside a trial, the confirmed objects have no effect.
            redirectsOf: check.snapshot?.decidingTable,
            policy: managed.policyInEffect(by: check),
            selecting: selection,
            draining: draining
        )
        if !names.isEmpty, report.total == 0 {
            throw Failure(
                "no redirect of table inet \(managed.name) "
                    + (names.count == 1 ? "matches `\(names[0])`" : "matches any of these names")
                    + (check.isDrifted ? "; \(place.line("diff")) shows what it lacks" : "")
            )
        }
        try console.print("status", .status(report), at: place)
        if check.drift == nil, !check.isComparable {
            console.tellOfOtherTables(than: managed, at: place(ofTable:))
        }
        return .done
    }

    private var selection: StatusSelection {
        StatusSelection(
            sortedBy: sort ?? (top == nil ? nil : .connections),
            atMost: top ?? .max
        ) { [names] name in
            names.isEmpty || names.contains { fnmatch($0, name, 0) == 0 }
        }
    }

    /// The connections that the table waits for; `nil` if it does not drain.
    private func draining(
        _ snapshot: Snapshot?,
        at managed: ManagedTable,
        _ console: Console
    ) throws -> DrainingReport? {
        guard let current = snapshot?.current, current.ruleset?.isDraining == true else {
            return nil
        }
        let number = current.manifest.number
        var flows: Int?
        do {
            flows = try RedirectedFlows.all(at: managed, current: number).count
        } catch let error as KernelError {
            console.note("live flows could not be counted: \(error)")
        }
        return DrainingReport(table: managed.name, generation: number, liveFlows: flows)
    }
}

extension StatusSelection.Order: ExpressibleByArgument {}
