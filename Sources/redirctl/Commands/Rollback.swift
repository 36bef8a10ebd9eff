import ArgumentParser
import Generations

struct Rollback: Command {
    static let configuration = CommandConfiguration(
        abstract: "Return to an earlier generation",
        discussion: """
            Applies what was recorded, so it works when the policy file is gone. The return is a \
            generation of its own; `redirctl history` lists them.

              $ sudo redirctl rollback --to 3
            """
    )

    @Option(help: ArgumentHelp("The generation; by default the one before.", valueName: "number"))
    var to: Int?

    @Flag(help: "Show the nftables objects beneath the redirects, too.")
    var objects = false

    @OptionGroup var guarding: GuardOptions
    @OptionGroup var flowing: FlowOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let lockoutGuard = guarding.lockoutGuard(for: site, console)
        let target = try site.site(table: table.table)
        try flowing.prepare()
        var applier = try lock.applier(for: target, console)
        let change = try applier.rollBack(to: to, for: Request(author: Invocation.author)) {
            try lockoutGuard.check($0)
        }
        let place = Place(site, table: table)
        let flows = try flowing.settle(change, at: target, console)
        try console.print(
            "rollback",
            change,
            table: table.table,
            at: place,
            objects: objects,
            flows: flows
        )
        return .done
    }
}
