import ArgumentParser
import Generations

struct Rollback: TrialCommand {
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

    @OptionGroup var trial: TrialOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        if let trial = trial.trial {
            try trial.prepare()
            let request = Request(author: Invocation.author)
            return try trial.run("rollback", self, site.site(table: table.table), console) {
                try $0.tryRollBack(to: to, for: request, terms: $1)
            }
        }
        var applier = try lock.applier(for: site.site(table: table.table), console)
        let change = try applier.rollBack(to: to, for: Request(author: Invocation.author))
        let place = Place(site, table: table)
        try console.print("rollback", change, table: table.table, at: place, objects: objects)
        return .done
    }
}
