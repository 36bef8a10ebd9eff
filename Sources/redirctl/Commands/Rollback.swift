import ArgumentParser
import Generations

struct Rollback: TrialCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Return to an earlier generation",
        discussion: """
            Applies what was recorded, so it works when the policy file is gone. The return is a \
            generation of its own; `redirctl history` lists them.

              $ sudo redirctl rollback --to 3 --plan
              $ sudo redirctl rollback --to 3
            """
    )

    @Option(help: ArgumentHelp("The generation; by default the one before.", valueName: "number"))
    var to: Int?

    @Flag(help: "Only show what that would change.")
    var plan = false

    @Flag(help: "Show the nftables objects beneath the redirects, too.")
    var objects = false

    @OptionGroup var message: MessageOptions
    @OptionGroup var guarding: GuardOptions
    @OptionGroup var trial: TrialOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let site = try site.site(table: table.table)
        if plan {
            let situation = try site.look()
            console.tell(of: situation.standing, after: situation.restart)
            let target = try situation.rollbackTarget(to, in: site.store)
            do {
                try guarding.lockoutGuard(for: self.site, console).check(target)
            } catch let lockout as Failure {
                console.warn(lockout.message)
            }
            let view = try situation.plan(for: target, in: site)
            try console.print("rollback", view, table: site.table, objects: objects)
            return .done
        }
        let request = Request(author: Invocation.author, message: message.message)
        let lockoutGuard = guarding.lockoutGuard(for: self.site, console)
        if let trial = trial.trial {
            try trial.prepare()
            return try trial.run("rollback", self, site, console) {
                try $0.tryRollBack(to: to, for: request, terms: $1) { try lockoutGuard.check($0) }
            }
        }
        var applier = try lock.applier(for: site, console)
        let change = try applier.rollBack(to: to, for: request) { try lockoutGuard.check($0) }
        let place = Place(self.site, table: table)
        try console.print("rollback", change, table: table.table, at: place, objects: objects)
        return .done
    }
}
