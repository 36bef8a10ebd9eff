import ArgumentParser
import GenerationModel
import Generations
import LiveFlows
import Nftables
import Reporting

struct Remove: SiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove the table",
        discussion: """
            New connections go to their original destination. Established redirected ones may break: \
            the kernel stops translating if nothing else uses connection tracking. With `--drain` \
            they go on: the table stays, without redirects, until they have ended; then the same \
            command removes it. With `--flush-flows`, UDP flows go to their original destination, and \
            TCP connections end. The history stays.

              $ sudo redirctl remove
            """
    )

    @Flag(help: "Only show what that would change.")
    var plan = false

    @OptionGroup var message: MessageOptions
    @OptionGroup var removals: RemovalOptions

    @Flag(help: "Keep translating existing connections; remove the table when there are none.")
    var drain = false

    @Flag(
        help: """
            Flush live redirected flows before the removal: UDP flows go to their original \
            destination, TCP connections end.
            """
    )
    var flushFlows = false

    @OptionGroup var listing: ListOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !drain || !flushFlows else {
            throw ValidationError(
                "`--drain` and `--flush-flows` can't be combined."
            )
        }
        guard !plan || !flushFlows else {
            throw ValidationError("`--plan` only shows, and `--flush-flows` changes: give one.")
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        let managed = try location.managedTable(table.table)
        if plan { return try show(managed, console) }
        var removalGuard = RemovalGuard(removals.limit, table: managed.name)
        return try removalGuard.guarding(console) { removalGuard in
            try carryOut(at: managed, removalGuard, console)
        }
    }

    /// Shows what the removal would take away.
    private func show(_ managed: ManagedTable, _ console: Console) throws -> ExitStatus {
        let plan = managed.inOrder(
            try managed.plan(for: drain ? .drain : .remove, reading: .listed)
        )
        if let snapshot = plan.live.snapshot {
            console.tell(of: snapshot.reconciliation, after: snapshot.restart)
        }
        if let note = RemovalGuard.note(on: plan, of: "remove") { console.note(note) }
        let report = PlanReport(
            plan,
            lockouts: [],
            flows: FlowsReport(),
            atMost: listing.limit,
            showsObjects: false
        )
        try console.print("remove", .plan(report))
        return .done
    }

    /// Removes the table, or lets it drain.
    private func carryOut(
        at managed: ManagedTable,
        _ removalGuard: RemovalGuard,
        _ console: Console
    ) throws -> ExitStatus {
        let place = CommandHint(location, table: table)
        var applier = try managed.lockedApplier(lock, at: place, console)
        let left = liveFlows(at: managed, console)
        let flows = left?.count
        let request = ChangeRequest(author: Invocation.author, message: message.message)
        if flushFlows {
            return try removeAndFlush(
                left,
                for: request,
                by: &applier,
                at: place,
                removalGuard,
                console
            )
        }
        // Without a count, it is taken that there are some.
        if drain, flows != 0 {
            let change = try applier.change(
                to: .drain,
                for: request,
                inspect: removalGuard.check
            )
            if let number = change.drainingGeneration {
                let report = DrainingReport(
                    table: table.table,
                    generation: number,
                    liveFlows: flows
                )
                try console.print("remove", .draining(report), at: place)
                return .done
            }
        }
        let change = try applier.change(
            to: .remove,
            for: request,
            inspect: removalGuard.check
        )
        if let flows, flows > 0, case .removed = change {
            console.warn(
                "the table has redirected \(flows) live \(flows == 1 ? "flow" : "flows"), which "
                    + "\(flows == 1 ? "breaks" : "break") now, unless something else on this machine "
                    + "translates addresses; `--drain` would have let \(flows == 1 ? "it" : "them") end, and "
                    + "`--flush-flows` would have sent \(flows == 1 ? "it" : "them") to the original "
                    + "destination"
            )
        }
        let report = ChangeReport(change, table: table.table, liveFlows: flows)
        try console.print("remove", .change(report), at: place)
        if case .nothingToRemove = change, applier.currentNumber == nil {
            console.tellOfOtherTables(than: managed, at: place(ofTable:))
        }
        return .done
    }

    /// Takes the redirects away, makes their flows go to their original destination, and then takes
    /// away the table, which holds the old servers back meanwhile.
    private func removeAndFlush(
        _ left: FlowsLeft?,
        for request: ChangeRequest,
        by applier: inout Applier,
        at place: CommandHint,
        _ removalGuard: RemovalGuard,
        _ console: Console
    ) throws -> ExitStatus {
        guard let left else {
            throw Failure("the live flows could not be read, so nothing was removed")
        }
        if let redirect = left.redirectOfSession {
            throw Failure(
                "`\(redirect)` redirected this SSH session, which would break; nothing was removed. "
                    + "`--drain` lets it end"
            )
        }
        var flows = FlowsReport(left, FlowMove())
        if !left.entries.isEmpty {
            _ = try applier.change(to: .drain, for: request, inspect: removalGuard.check)
            do throws(KernelError) {
                let move = try FlowMover.move(left, by: &applier)
                for warning in move.warnings(tableStays: false) { console.warn(warning) }
                flows = FlowsReport(left, move)
            } catch {
                throw Failure(
                    "the redirects are gone, but not all flows could be flushed, so the table is still "
                        + "there: \(error.description); `remove` removes it"
                )
            }
        }
        let change = try applier.change(
            to: .remove,
            for: request,
            inspect: removalGuard.check
        )
        let report = ChangeReport(change, table: table.table, flows: flows)
        try console.print("remove", .change(report), at: place)
        return flows.status
    }

    /// The live flows that the table has redirected; `nil` if that can't be told.
    private func liveFlows(at managed: ManagedTable, _ console: Console) -> FlowsLeft? {
        do {
            guard let current = try managed.store.head().current else { return FlowsLeft.none }
            return try RedirectedFlows.all(at: managed, current: current)
        } catch {
            console.note("live flows could not be counted: \(Failure(error).message)")
            return nil
        }
    }
}

extension Change {
    /// The generation by which the table drains; `nil` if it does not.
    fileprivate var drainingGeneration: Int? {
        switch self {
        case .applied(let number, _, _), .nothing(let number, _), .restored(let number, _): number
        case .removed, .onTrial, .confirmed, .cancelled, .extended, .nothingToRemove: nil
        }
    }
}
