import ArgumentParser
import Doctor
import GenerationModel
import Generations
import HostState
import LiveFlows
import PolicyModel
import Reporting
import TableDiff

struct Rollback: TrialCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Return to an earlier generation",
        discussion: """
            Applies what was recorded, so the policy file is not needed. The rollback is a new \
            generation; `redirctl history` lists all of them.

              $ sudo redirctl rollback --to 3 --plan
              $ sudo redirctl rollback --to 3
            """
    )

    @Option(
        help: ArgumentHelp(
            "The generation. By default the previous one; removals and rollbacks are skipped.",
            valueName: "number"
        ),
        completion: .generation
    )
    var to: Int?

    @Flag(help: "Only show what that would change.")
    var plan = false

    @Flag(help: "Also show the nftables objects of the redirects.")
    var objects = false

    @OptionGroup var listing: ListOptions
    @OptionGroup var message: MessageOptions
    @OptionGroup var guarding: GuardOptions
    @OptionGroup var removals: RemovalOptions
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
        let managed = try location.managedTable(table.table)
        if plan { return try show(managed, lockoutGuard, console) }
        var removalGuard = RemovalGuard(removals.limit, table: managed.name)
        return try removalGuard.guarding(console) { removalGuard in
            try carryOut(at: managed, lockoutGuard, removalGuard, console)
        }
    }

    /// Makes the change, or starts its trial.
    private func carryOut(
        at managed: ManagedTable,
        _ lockoutGuard: LockoutGuard,
        _ removalGuard: RemovalGuard,
        _ console: Console
    ) throws -> ExitStatus {
        var connections: ConnectionsReport?
        var order = PolicyOrder([])
        var policy = Policy()
        func inspect(_ plan: Plan) throws {
            if let target = plan.source?.manifest, plan.step == .advance {
                console.announce("Going back to \(target.title(at: .now)).")
            }
            try removalGuard.check(plan)
            connections = managed.connections(
                changedBy: plan,
                isQuick: true,
                atMost: console.format.listLimit
            )
            order = managed.order(of: plan)
            guard let generation = plan.source else { return }
            if trial.probeTargets { policy = try managed.probedPolicy(of: generation) }
            try lockoutGuard.check(generation, in: managed.store)
        }
        let request = ChangeRequest(author: Invocation.author, message: message.message)
        if let trial = trial.trial {
            try trial.prepare()
            return try trial.run(
                "rollback",
                self,
                managed,
                console,
                connections: connections,
                targets: LocalTargets(of: policy, on: LiveHost())
            ) {
                try $0.tryOut(.rollBack(to: to), for: request, terms: $1, inspect: inspect)
                    .inOrder(of: order)
            }
        }
        if flowing.flushFlows { try SettledFlows.checkTracking() }
        let place = CommandHint(location, table: table)
        var applier = try managed.lockedApplier(lock, at: place, console)
        let change = try applier.change(to: .rollBack(to: to), for: request, inspect: inspect)
        let settled = try SettledFlows.settle(
            change,
            at: managed,
            by: &applier,
            flushing: flowing.flushFlows
        )
        let flows = console.tell(of: settled)
        let report = ChangeReport(
            change.inOrder(of: order),
            table: table.table,
            flows: flows,
            connections: connections,
            atMost: listing.limit,
            showsObjects: objects
        )
        try console.print("rollback", .change(report), at: place)
        return flows.status
    }

    /// Shows what the rollback would change.
    private func show(
        _ managed: ManagedTable,
        _ lockoutGuard: LockoutGuard,
        _ console: Console
    ) throws -> ExitStatus {
        let plan = managed.inOrder(try managed.plan(for: .rollBack(to: to), reading: .listed))
        if let snapshot = plan.live.snapshot {
            console.tell(of: snapshot.reconciliation, after: snapshot.restart)
        }
        do {
            if let generation = plan.source {
                try lockoutGuard.check(generation, in: managed.store)
            }
        } catch let lockout as Failure {
            console.warn(lockout.message)
        }
        if let target = plan.source?.manifest, plan.step == .advance {
            console.note("going back to \(target.title(at: .now))")
        }
        if let note = RemovalGuard.note(on: plan, of: "rollback") { console.note(note) }
        let report = PlanReport(
            plan,
            lockouts: [],
            flows: console.tell(of: SettledFlows(leftBy: plan.difference)),
            connections: managed.connections(
                changedBy: plan,
                atMost: console.format.listLimit
            ),
            atMost: listing.limit,
            showsObjects: objects
        )
        try console.print("rollback", .plan(report))
        return .done
    }
}
