import ArgumentParser
import GenerationModel
import Generations
import Reporting

struct History: SiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List the generations, the newest first",
        discussion: """
            The one marked with * is current. A line without a number is a restoration: the kernel's table \
            differed from the generation below it, and was brought back to it. `redirctl rollback --to N` returns to one, `redirctl \
            history show N` prints the policy that it was made from.

              $ sudo redirctl history -n 5
              $ sudo redirctl history --diff 3 5
            """,
        subcommands: [HistoryShow.self]
    )

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("List only this many, the newest.", valueName: "number"),
        completion: .nothing,
        transform: OptionValue.count(of: "generations")
    )
    var last: Int?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Show the difference between two generations.", valueName: "number"),
        completion: .generation
    )
    var diff: [Int] = []

    @Flag(help: "With `--diff`, also show the nftables objects of the redirects.")
    var objects = false

    @OptionGroup var listing: ListOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard diff.isEmpty || diff.count == 2 else {
            throw ValidationError("`--diff` takes the numbers of two generations.")
        }
        guard last == nil || diff.isEmpty else {
            throw ValidationError("`--last` and `--diff` can't be combined.")
        }
        guard !objects || diff.count == 2 else {
            throw ValidationError("`--objects` is for `--diff` only.")
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        let managed = try location.managedTable(table.table)
        if diff.count == 2 {
            let from = try managed.store.generation(diff[0])
            let to = try managed.store.generation(diff[1])
            let comparison = ComparisonReport(
                table: managed.name,
                from: from.manifest.number,
                to: to.manifest.number,
                difference: managed.difference(from: from, to: to),
                atMost: listing.limit,
                showsObjects: objects
            )
            try console.print("history", .comparison(comparison))
            return .done
        }
        let (generations, total, restorations) = try managed.history(last: last ?? .max)
        let report = HistoryReport(
            table: table.table,
            generations: generations.reversed(),
            total: total,
            restorations: restorations,
            restorationLimit: listing.limit
        )
        try console.print("history", .history(report))
        if report.generations.isEmpty {
            let place = CommandHint(location, table: table)
            if let refusal = try managed.listed().refusal(of: managed.name) {
                console.note(refusal, at: place)
            } else {
                console.tellOfOtherTables(than: managed, at: place(ofTable:))
            }
        }
        return .done
    }
}
