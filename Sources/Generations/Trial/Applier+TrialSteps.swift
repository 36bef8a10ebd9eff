public import GenerationModel
import Nftables
import RulesetModel
import TableDiff

/// The steps that trials are made of.
extension Applier {
    /// Puts the ruleset of a plan on trial.
    mutating func start(
        _ plan: Plan,
        _ wanted: Ruleset,
        for request: ChangeRequest,
        _ terms: Trial.Terms
    ) throws -> Change {
        let confirmed = current
        if let (chain, priority) = wanted.chainThatMoves(from: confirmed?.ruleset) {
            throw ApplyError.chainMoves(chain.hook, from: chain.priority, to: priority)
        }
        let generation = draft(plan, for: request)
        let number = plan.next
        let now = managed.now()
        var trial = Trial(
            generation: number,
            boot: managed.boot,
            namespace: managed.namespace,
            started: now.wall,
            user: request.author.user,
            command: terms.command,
            guardian: terms.guardian,
            deadline: now.wall + terms.seconds
        )
        trial.cookie = managed.cookie
        trial.end(inSeconds: terms.seconds, from: now)
        // The lease's time begins later, when the kernel makes the transaction.
        if terms.guardian == .kernel { trial.give(seconds: terms.seconds, at: now) }
        try record(generation, from: sources(of: request, plan), onTrial: trial)
        let objects = TrialCommands.start(
            wanted,
            marker: generation.marker,
            besides: confirmed?.ruleset,
            milliseconds: terms.lease
        )
        try send(mending(confirmed) + objects, of: number) { live in
            live?.split(besides: confirmed?.ruleset).trial.table.markers == [generation.marker]
        }
        let pending = try verifyTrial(number)
        snapshot.head.intent = nil
        snapshot.head.trial = pending.trial
        do throws(StoreError) { try writeHead() } catch {
            throw ApplyError.trialUnrecorded(
                generation: number,
                deadline: pending.deadline,
                error
            )
        }
        return .onTrial(pending, from: plan.current, plan.difference)
    }

    /// The commands that repair the table first: once the trial ends, the rest of the table is in
    /// effect.
    private func mending(_ confirmed: Generation?) -> [NftCommand] {
        if let confirmed, confirmed.ruleset != nil {
            return confirmed.drift(in: snapshot.table).commands
        }
        return (snapshot.table == nil ? [] : [.deleteTable]) + [.addTable]
    }

    /// Verifies that the kernel has what was sent, and ends the trial if not.
    private mutating func verifyTrial(_ number: Int) throws -> PendingTrial {
        do {
            know(try managed.list(through: kernel), .listed)
        } catch let error as KernelError {
            throw ApplyError.unverified(generation: number, error)
        }
        guard let pending = snapshot.trial?.pending else { throw try noteTrialOver(number) }
        if pending.lateEnd == .never {
            try rejectTrial(pending, "its lease never expires")
            throw ApplyError.leaseEndless(generation: number)
        }
        if let drift = pending.drift {
            try rejectTrial(pending, "the kernel had something other than what was sent")
            throw ApplyError.trialNotAsSent(generation: number, drift)
        }
        return pending
    }

    /// Ends a trial that is not as requested.
    ///
    /// An error from a full disk is dropped: the caller's error says more.
    private mutating func rejectTrial(_ pending: PendingTrial, _ reason: String) throws {
        do {
            try end(pending, as: .refused(reason: reason))
        } catch ApplyError.trialEndUnrecorded {}
    }

    /// The trial that goes on, or why there is none.
    public func pendingTrial(_ number: Int?) throws -> PendingTrial {
        if let pending = snapshot.trial?.pending {
            let generation = pending.trial.generation
            guard number ?? generation == generation else {
                throw ApplyError.otherTrial(generation, meant: number ?? 0)
            }
            return pending
        }
        if case .over(let trial, .reverted(let end))? = repairs.trial,
            number ?? trial.generation == trial.generation
        {
            if let restart = repairs.trialRestart {
                throw ApplyError.trialEndedByRestart(
                    generation: trial.generation,
                    restart,
                    current: snapshot.head.current
                )
            }
            throw ApplyError.trialOver(
                generation: trial.generation,
                at: end,
                current: snapshot.head.current
            )
        }
        if snapshot.reconciliation == .dormant, let trial = snapshot.head.trial {
            throw ApplyError.trialUnknown(generation: trial.generation, table: managed.name)
        }
        try refuseForeignTable()
        let last = number ?? snapshot.numbers.last
        throw ApplyError.noTrial(
            last: last,
            last.flatMap { snapshot.head.outcomes[$0] },
            others: managed.otherTrials()
        )
    }

    /// Records that a trial is over, and returns the error that says so.
    private mutating func noteTrialOver(_ number: Int) throws -> ApplyError {
        var end = managed.now().wall
        if case .over(_, .reverted(let at))? = snapshot.trial { end = at }
        if snapshot.trial != nil { try settleTrial() }
        return .trialOver(generation: number, at: end, current: snapshot.head.current)
    }

    /// Sends a transaction about a trial; the kernel refuses it if the trial is over.
    mutating func sendToTrial(
        _ commands: [NftCommand],
        _ pending: PendingTrial,
        hasHappened: (LiveTable?) -> Bool
    ) throws {
        let number = pending.trial.generation
        guard let refusal = try commit(commands, of: number, hasHappened: hasHappened) else {
            return
        }
        know(try managed.list(through: kernel), .listed)
        guard snapshot.trial?.pending != nil else { throw try noteTrialOver(number) }
        snapshot.head = snapshot.repairedHead
        try? writeHead()
        throw ApplyError.refused(
            generation: number,
            refusal,
            RefusalCause(of: refusal, commands, table: managed.name, on: kernel)
        )
    }

    /// Removes a trial, and records its outcome.
    mutating func end(_ pending: PendingTrial, as outcome: Head.Outcome) throws {
        let number = pending.trial.generation
        // On a full disk, the trial ends all the same; then it counts as reverted.
        snapshot.head.trial?.isNoted = true
        snapshot.head.trial?.ending = outcome
        try? writeHead()
        try removeTrialObjects(pending.live, of: number)
        snapshot.head.intent = nil
        snapshot.head.trial = nil
        snapshot.head.outcomes[number] = outcome
        do throws(StoreError) { try writeHead() } catch {
            throw ApplyError.trialEndUnrecorded(
                generation: number,
                current: snapshot.head.current,
                error
            )
        }
        know(try managed.list(through: kernel), .listed)
    }

    /// Removes what is left of a trial that is over, and records its end.
    mutating func settleTrial() throws {
        guard let state = snapshot.trial else { return }
        let trial = state.trial
        if let objects = snapshot.trialObjects, !objects.isEmpty {
            try removeTrialObjects(objects, of: trial.generation)
        }
        let head = snapshot.repairedHead
        // A full disk must not keep a table from being restored; the next run records what can't be
        // written now, and tells of it.
        let isRecorded = (try? managed.store.write(head)) != nil
        if isRecorded, case .over(_, let outcome) = state {
            managed.observe(.trialEnded(trial, outcome))
        }
        know(try managed.list(through: kernel), .listed)
        snapshot.head = head
        snapshot.trial = nil
    }

    /// Sends the transaction that removes a trial's objects.
    ///
    /// If another program's objects refer to them, or they have names that no command can contain,
    /// everything is removed that is not part of the current generation.
    private mutating func removeTrialObjects(_ trial: LiveTrial, of number: Int) throws {
        let confirmed = snapshot.current?.ruleset
        func isGone(_ table: LiveTable?) -> Bool {
            table?.split(besides: confirmed).trial.isEmpty ?? true
        }
        let commands = confirmed == nil ? [.deleteTable] : TrialCommands.end(trial)
        var refusal: KernelError?
        if let commands {
            refusal = try commit(commands, of: number, hasHappened: isGone)
            if refusal == nil { return }
        }
        do throws(KernelError) {
            let live = try kernel.table(managed.name)
            if isGone(live) { return }
            let rest = snapshot.current?.drift(in: live).commands ?? [.deleteTable]
            try kernel.commit(rest.map { $0.text(table: managed.name) })
        } catch {
            throw ApplyError.trialStays(generation: number, refusal ?? error)
        }
    }
}
