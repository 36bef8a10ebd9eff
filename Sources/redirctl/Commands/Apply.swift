import ArgumentParser
import Diagnostics
import Doctor
import GenerationModel
import Generations
import HostState
import LiveFlows
import PolicyModel
import PolicyYAML
import Reporting
import RulesetModel
import TableDiff
import TrustedFiles

struct Apply: TrialCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Apply a policy",
        discussion: """
            The kernel takes the whole change or none of it. Only differences are sent, so \
            unchanged redirects keep their counters. Every change is a generation, to which \
            `rollback` can return. A policy names its table itself, so `--table` is for \
            `--restore` only.

              $ sudo redirctl apply policy.yaml
            """
    )

    @Argument(
        help: "The policy file, or a plan that `plan --out` saved; `-` reads standard input.",
        completion: .policyOrPlan
    )
    var policy: String?

    @Flag(help: "Restore the last confirmed generation instead of applying a policy.")
    var restore = false

    @Flag(
        help: """
            With `--restore`: every table that has a generation, in all network namespaces, or in that \
            of `--netns`.
            """
    )
    var allTables = false

    @Flag(help: "Take over an existing table of that name, even if redirctl did not make it.")
    var adopt = false

    @Flag(help: "Also show the nftables objects of the redirects.")
    var objects = false

    @OptionGroup var listing: ListOptions
    @OptionGroup var message: MessageOptions
    @OptionGroup var guarding: GuardOptions
    @OptionGroup var removals: RemovalOptions
    @OptionGroup var testing: TestOptions
    @OptionGroup var trial: TrialOptions
    @OptionGroup var flowing: FlowOptions
    @OptionGroup var permissions: PermissionOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let command = trial.probe, policy == nil, !restore {
            throw ValidationError(
                "`--probe` took \(command.quoted) as its command, so no policy is left. Write "
                    + "`--probe-targets` to probe the targets, or put the policy first."
            )
        }
        guard (policy == nil) == restore else {
            throw ValidationError("Give either a policy or `--restore`.")
        }
        guard !restore || message.message == nil else {
            throw ValidationError(
                "`--restore` makes no new generation, so it takes no `--message`."
            )
        }
        guard !allTables || (restore && !adopt) else {
            throw ValidationError(
                restore
                    ? "`--adopt` and `--all-tables` can't be combined: adopt one table at a time."
                    : "`--all-tables` is for `--restore` only: a policy names its table itself."
            )
        }
        try table.validate(besidesAllTables: allTables)
        try trial.validate(besides: restore, adopt)
        try trial.validate(flushing: flowing.flushFlows)
        try table.validate(besides: policy)
    }

    func place(ofTable name: String?) -> CommandHint {
        CommandHint(location, named: name, policy: policy)
    }

    func run(_ console: Console) throws -> ExitStatus {
        if allTables { return try restoreAllTables(console) }
        guard let policy else {
            let report = try restoreCurrent(console)
            try console.print("apply", .change(report), at: place(ofTable: report.table))
            return report.status
        }
        return try apply(policy, console)
    }

    /// Applies a policy or a saved plan, or starts its trial.
    private func apply(_ policy: String, _ console: Console) throws -> ExitStatus {
        let lockoutGuard = guarding.lockoutGuard(for: location, console)
        try trial.trial?.prepare()
        try location.prepare()
        let (plan, path, loaded) = try load(policy, console)
        // Those of a saved plan's policy were run, or skipped, when it was made.
        if plan == nil { try testing.run(loaded, from: path) }
        try lockoutGuard.check(loaded)
        console.warnOfMasqueradeHere(loaded.policy)
        let ruleset = loaded.ruleset
        try LockoutGuard.checkLabels(of: ruleset)
        let managed = try location.managedTable(ruleset.table)
        let request = ChangeRequest(loaded, from: path, message: message.message)
        console.warn(ofOtherTablesOf: request.policy, at: managed, location)
        // Somebody has looked at a saved plan.
        var removalGuard = RemovalGuard(
            plan == nil ? removals.limit : .unlimited,
            table: managed.name
        )
        return try removalGuard.guarding(console) { removalGuard in
            try carryOut(plan, of: loaded, ruleset, request, at: managed, removalGuard, console)
        }
    }

    /// Makes the change, or starts its trial.
    private func carryOut(
        _ plan: SavedPlan?,
        of loaded: LoadedPolicy,
        _ ruleset: Ruleset,
        _ request: ChangeRequest,
        at managed: ManagedTable,
        _ removalGuard: RemovalGuard,
        _ console: Console
    ) throws -> ExitStatus {
        var connections: ConnectionsReport?
        func inspect(_ plan: Plan) throws {
            try removalGuard.check(plan)
            console.warnOfHost(
                of: loaded.policy,
                changedBy: plan,
                doctor: CommandHint(location).policyLine(
                    "doctor \((request.policy ?? "POLICY").pathForShell)"
                )
            )
            connections = managed.connections(
                changedBy: plan,
                to: loaded.policy,
                isQuick: true,
                atMost: console.format.listLimit
            )
        }
        if let trial = trial.trial {
            return try trial.run(
                "apply",
                self,
                managed,
                console,
                connections: connections,
                targets: LocalTargets(of: loaded.policy, on: LiveHost())
            ) {
                if let plan { try $0.require(plan, for: ruleset, request) }
                return try $0.tryOut(.apply(ruleset), for: request, terms: $1, inspect: inspect)
                    .inOrder(of: PolicyOrder(of: loaded.policy))
            }
        }
        if flowing.flushFlows { try SettledFlows.checkTracking() }
        var applier = try managed.lockedApplier(
            lock,
            at: place(ofTable: managed.name),
            console,
            adopting: adopt
        )
        if let plan { try applier.require(plan, for: ruleset, request) }
        let change = try applier.change(
            to: .apply(ruleset),
            for: request,
            adopting: adopt,
            inspect: inspect
        )
        let report = try report(
            change.inOrder(of: PolicyOrder(of: loaded.policy)),
            at: managed,
            by: &applier,
            connections: connections,
            console
        )
        try console.print("apply", .change(report), at: place(ofTable: managed.name))
        console.tellOfRestart(after: change, at: managed, location)
        return report.status
    }

    /// Reads the policy; if a saved plan is given, reads the plan and its policy.
    private func load(
        _ name: String,
        _ console: Console
    ) throws -> (SavedPlan?, path: String, LoadedPolicy) {
        let file = try CheckedFile(named: name)
        guard permissions.allowsReading(file), let plan = try SavedPlan.read(file) else {
            return (nil, name, try permissions.loadToApply(file, named: name, console))
        }
        let loaded = try permissions.loadToApply(
            CheckedFile(path: plan.policy),
            named: plan.policy,
            console
        )
        return (plan, plan.policy, loaded)
    }

    /// Puts the current generation back.
    private func restoreCurrent(_ console: Console) throws -> ChangeReport {
        let lockoutGuard = guarding.lockoutGuard(for: location, console)
        let managed = try location.managedTable(table.table)
        if flowing.flushFlows { try SettledFlows.checkTracking() }
        var applier = try managed.lockedApplier(
            lock,
            at: place(ofTable: managed.name),
            console,
            adopting: adopt
        )
        let change = try applier.restoreCurrent(
            unlessRefusedBy: lockoutGuard,
            in: managed.store,
            adopting: adopt,
            console
        )
        if !allTables, case .nothingToRemove = change, let number = applier.currentNumber {
            console.note(
                "generation \(number), which is current, has no table; "
                    + "\(CommandHint(location, named: managed.name).line("rollback")) returns to one that has"
            )
        }
        return try report(change, at: managed, by: &applier, console)
    }

    /// Puts the current generation of every table back.
    ///
    /// One that fails does not keep the others from their turn. That a table can't be changed for now
    /// is the result only if nothing worse has happened.
    private func restoreAllTables(_ console: Console) throws -> ExitStatus {
        var entries: [RestorationReport.Entry] = []
        var status = ExitStatus.done
        for place in try RecordedTables(location).restorable() {
            let console = console.about(place.table, in: place.namespace)
            var one = self
            one.location.givenNetns = place.netns
            one.table.given = TableName(place.table)
            let result: RestorationReport.Result
            let ending: ExitStatus
            do {
                let report = try one.restoreCurrent(console)
                (result, ending) = (.changed(report), report.status)
            } catch {
                let failure = Failure(error, at: one.place(ofTable:))
                console.fail(failure.message)
                (result, ending) = (.failed(reason: failure.message), failure.status)
            }
            entries.append(
                RestorationReport.Entry(
                    namespace: place.namespace,
                    table: place.table,
                    result,
                    at: CommandHint(one.location, named: place.table)
                )
            )
            if ending != .done, status == .done || status == .tryAgain { status = ending }
        }
        try console.print("apply", .restoration(RestorationReport(entries)))
        return status
    }

    /// Counts or flushes the live flows, and reports the change.
    private func report(
        _ change: Change,
        at managed: ManagedTable,
        by applier: inout Applier,
        connections: ConnectionsReport? = nil,
        _ console: Console
    ) throws -> ChangeReport {
        let settled = try SettledFlows.settle(
            change,
            at: managed,
            by: &applier,
            flushing: flowing.flushFlows
        )
        return ChangeReport(
            change,
            table: managed.name,
            flows: console.tell(of: settled),
            connections: connections,
            atMost: listing.limit,
            showsObjects: objects
        )
    }
}

extension ChangeReport {
    fileprivate var status: ExitStatus { flows?.status ?? .done }
}
