import Nftables
import Planning
import RulesetModel

/// The steps that trials are made of.
extension Applier {
    mutating func start(
        _ wanted: Ruleset,
        for request: Request,
        origin: Manifest.Origin,
        taking target: Generation?,
        _ terms: Trial.Terms
    ) throws -> Change {
        let confirmed = current
        if let (chain, priority) = wanted.chainThatMoves(from: confirmed?.ruleset) {
            throw ApplyError.chainMoves(chain.hook, from: chain.priority, to: priority)
        }
        let kept = try target?.kept ?? KeptRuleset(wanted)
        let generation = try draft(kept, for: request, origin: origin, taking: target)
        let number = generation.manifest.number
        let now = site.now()
        let difference = kernel.worded(
            Difference(live: situation.table, wanted: wanted, marker: generation.marker),
            of: site.table
        )
        var trial = Trial(
            generation: number,
            boot: site.boot,
            namespace: site.namespace,
            started: now.wall,
            user: request.author.user,
            command: terms.command,
            guardian: terms.guardian,
            deadline: now.wall + terms.seconds
        )
        trial.end(inSeconds: terms.seconds, from: now)
        // The lease's time begins later, when the kernel reads it.
        if terms.guardian == .kernel { trial.give(seconds: terms.seconds, at: now) }
        try record(generation, from: sources(of: request, taking: target), onTrial: trial)
        let objects = TrialOperations.start(
            wanted,
            marker: generation.marker,
            besides: confirmed?.ruleset,
            milliseconds: terms.lease
        )
        try send(mending(confirmed) + objects, of: number) { live in
            live?.parted(besides: confirmed?.ruleset).trial.table.markers == [generation.marker]
        }
        let pending = try lookAtTrial(number)
        situation.head.intent = nil
        situation.head.trial = pending.trial
        do throws(StoreError) { try writeHead() } catch {
            throw ApplyError.trialUnrecorded(
                generation: number,
                deadline: pending.deadline,
                error
            )
        }
        return .onTrial(pending, from: confirmed?.manifest.number, difference)
    }

    /// What must be mended first: the end of a trial leads to what the kernel holds then.
    private func mending(_ confirmed: Generation?) -> [Planning.Operation] {
        if let confirmed, confirmed.ruleset != nil {
            return confirmed.drift(in: situation.table).operations
        }
        return (situation.table == nil ? [] : [.deleteTable]) + [.addTable]
    }

    /// Looks whether the kernel holds what was sent, and takes it back where it does not.
    private mutating func lookAtTrial(_ number: Int) throws -> PendingTrial {
        do {
            situation = try site.look(through: kernel)
        } catch let error as KernelError {
            throw ApplyError.unverified(generation: number, error)
        }
        guard let pending = situation.trial?.pending else { throw try over(number) }
        if pending.lateEnd == .never {
            try takeBack(pending, "its lease has no end")
            throw ApplyError.leaseEndless(generation: number)
        }
        if let drift = pending.drift {
            try takeBack(pending, "the kernel held something else than was sent")
            throw ApplyError.trialNotAsSent(generation: number, drift)
        }
        return pending
    }

    /// Ends a trial that is not what was asked for; the reason says more than that a disk is full.
    private mutating func takeBack(_ pending: PendingTrial, _ reason: String) throws {
        do {
            try end(pending, as: .refused(reason: reason))
        } catch ApplyError.trialEndUnrecorded {}
    }

    /// The trial that goes on, or why there is none.
    public func pendingTrial(_ number: Int?) throws -> PendingTrial {
        if let pending = situation.trial?.pending {
            let generation = pending.trial.generation
            guard number ?? generation == generation else {
                throw ApplyError.otherTrial(generation, meant: number ?? 0)
            }
            return pending
        }
        if case .over(let trial, .reverted(let end))? = trialFound,
            number ?? trial.generation == trial.generation
        {
            if let restart = trialRestartFound {
                throw ApplyError.trialEndedByRestart(
                    generation: trial.generation,
                    restart,
                    current: situation.head.current
                )
            }
            throw ApplyError.trialOver(
                generation: trial.generation,
                at: end,
                current: situation.head.current
            )
        }
        if situation.standing == .dormant, let trial = situation.head.trial {
            throw ApplyError.trialUnknown(generation: trial.generation, table: site.table)
        }
        let last = number ?? situation.numbers.last
        throw ApplyError.noTrial(last: last, last.flatMap { situation.head.outcomes[$0] })
    }

    /// Notes that a trial is over, and says so.
    private mutating func over(_ number: Int) throws -> ApplyError {
        var end = site.now().wall
        if case .over(_, .reverted(let at))? = situation.trial { end = at }
        if situation.trial != nil { try settleTrial() }
        return .trialOver(generation: number, at: end, current: situation.head.current)
    }

    /// Sends a transaction that the kernel refuses where the trial is over.
    mutating func sendToTrial(
        _ operations: [Planning.Operation],
        _ pending: PendingTrial,
        hasHappened: (LiveTable?) -> Bool
    ) throws {
        let number = pending.trial.generation
        do throws(KernelError) {
            try kernel.commit(operations.map { $0.text(table: site.table) })
        } catch let failure {
            let live: LiveTable?
            do throws(KernelError) { live = try kernel.table(site.table) } catch {
                throw ApplyError.uncertain(generation: number, failure)
            }
            if hasHappened(live) { return }
            situation = try site.look(through: kernel)
            guard situation.trial?.pending != nil else { throw try over(number) }
            situation.head = situation.settled
            try? writeHead()
            throw ApplyError.refused(generation: number, redirects: [], failure)
        }
    }

    /// Takes a trial away and notes why.
    mutating func end(_ pending: PendingTrial, as outcome: Head.Outcome) throws {
        let number = pending.trial.generation
        // On a disk that is full, a trial ends all the same; then it counts as reverted.
        situation.head.trial?.isNoted = true
        situation.head.trial?.ending = outcome
        try? writeHead()
        try takeAway(pending.live, of: number)
        situation.head.intent = nil
        situation.head.trial = nil
        situation.head.outcomes[number] = outcome
        do throws(StoreError) { try writeHead() } catch {
            throw ApplyError.trialEndUnrecorded(
                generation: number,
                current: situation.head.current,
                error
            )
        }
        situation = try site.look(through: kernel)
    }

    /// Takes away what is left of a trial that is over, and notes its end.
    mutating func settleTrial() throws {
        guard let trial = situation.trial?.trial else { return }
        if let remains = situation.remains, !remains.isEmpty {
            try takeAway(remains, of: trial.generation)
        }
        let settled = situation.settled
        // A disk that is full must not keep a table from being restored; what can't be noted now, the
        // next run finds again.
        try? site.store.write(settled)
        situation = try site.look(through: kernel)
        situation.head = settled
        situation.trial = nil
    }

    /// Sends the transaction that takes a trial's objects away.
    ///
    /// Where somebody else's objects hold on to them, or have names that no command can say,
    /// everything goes that is not the current generation's.
    private func takeAway(_ trial: LiveTrial, of number: Int) throws {
        let isTableTheTrials = situation.current?.ruleset == nil
        let operations = isTableTheTrials ? [.deleteTable] : TrialOperations.end(trial)
        var failure: KernelError?
        if let operations {
            do throws(KernelError) {
                return try kernel.commit(operations.map { $0.text(table: site.table) })
            } catch {
                failure = error
            }
        }
        do throws(KernelError) {
            try takeAwayRest()
        } catch {
            throw ApplyError.trialStays(generation: number, failure ?? error)
        }
    }

    private func takeAwayRest() throws(KernelError) {
        let live = try kernel.table(site.table)
        guard let live, !live.parted(besides: situation.current?.ruleset).trial.isEmpty else {
            return
        }
        let rest = situation.current?.drift(in: live).operations ?? [.deleteTable]
        try kernel.commit(rest.map { $0.text(table: site.table) })
    }
}
