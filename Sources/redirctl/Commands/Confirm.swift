import ArgumentParser
import GenerationModel
import Generations
import Reporting

struct Confirm: SiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Keep the generation that is on trial",
        discussion: """
            If the trial is over already, it exits 1, and the previous generation stays in effect. \
            Type it in a new session: an old one proves nothing, because only new connections are \
            redirected.

              $ sudo redirctl confirm
            """
    )

    @Option(
        help: ArgumentHelp("Act only if this generation is on trial.", valueName: "number"),
        completion: .generationOnTrial
    )
    var generation: Int?

    @Flag(help: "Also show the nftables objects of the redirects.")
    var objects = false

    @OptionGroup var listing: ListOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let managed = try location.managedTable(table.table)
        let place = CommandHint(location, table: table)
        var applier = try managed.lockedApplier(lock, at: place, console, tellsEndOfTrial: false)
        let change = try applier.confirm(generation)
        let report = ChangeReport(
            change,
            table: table.table,
            atMost: listing.limit,
            showsObjects: objects
        )
        try console.print("confirm", .change(report), at: place)
        console.tellOfRestart(after: change, at: managed, location)
        return .done
    }
}
