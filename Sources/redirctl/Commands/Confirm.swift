import ArgumentParser
import GenerationModel
import Generations

struct Confirm: SiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Keep the generation that is on trial",
        discussion: """
            One transaction, which the kernel refuses where the trial is over: then it exits 1, and \
            the generation before decides. Type it in a new session: an old one proves nothing, \
            because only new connections are redirected.

              $ sudo redirctl confirm
            """
    )

    @Option(help: ArgumentHelp("Only if this one is on trial.", valueName: "number"))
    var generation: Int?

    @Flag(help: "Show the nftables objects beneath the redirects, too.")
    var objects = false

    @OptionGroup var table: TableOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let target = try location.managedTable(table.table)
        var applier = try target.lockedApplier(lock, console, tellsEndOfTrial: false)
        let change = try applier.confirm(generation)
        let place = CommandHint(location, table: table)
        try console.print("confirm", change, table: table.table, at: place, objects: objects)
        return .done
    }
}
