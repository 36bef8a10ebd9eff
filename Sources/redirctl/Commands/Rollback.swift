import ArgumentParser
import GenerationModel
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
    @OptionGroup var flowing: FlowOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try trial.validate(flushing: flowing.flushFlows)
        guard !plan || !flowing.flushFlows else {
            throw ValidationError("`--plan` only shows, and `--flush-flows` changes: give one.")
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        let lockoutGuard = guarding.lockoutGuard(for: location, console)
        let target = try location.managedTable(table.table)
        if plan { return try show(target, lockoutGuard, console) }
        let request = Request(author: Invocation.author, message: message.message)
        if let trial = trial.trial {
            try trial.prepare()
            return try trial.run("rollback", self, target, console) {
                try $0.tryRollBack(to: to, for: request, terms: $1) {
                    try lockoutGuard.check($0, in: $1)
                }
            }
        }
        try flowing.prepare()
        var applier = try lock.applier(for: target, console)
        let change = try applier.rollBack(to: to, for: request) {
            try lockoutGuard.check($0, in: $1)
        }
        let place = CommandHint(location, table: table)
        let flows = try flowing.settle(change, at: target, by: &applier, console)
        try console.print(
            "rollback",
            change.settingApartLayout(in: target.store),
            table: table.table,
            at: place,
            objects: objects,
            flows: flows
        )
        return flows.status
    }

    /// Shows what the rollback would change.
    private func show(
        _ target: ManagedTable,
        _ lockoutGuard: LockoutGuard,
        _ console: Console
    ) throws -> ExitStatus {
        let snapshot = try target.look()
        console.tell(of: snapshot.reconciliation, after: snapshot.restart)
        let generation = try snapshot.rollbackTarget(to, in: target.store)
        do {
            try lockoutGuard.check(generation, in: target.store)
        } catch let lockout as Failure {
            console.warn(lockout.message)
        }
        var view = try snapshot.plan(for: generation, in: target)
        view.flows = FlowOptions.warn(of: view.difference, console)
        try console.print("rollback", view, table: target.name, objects: objects)
        return .done
    }
}
