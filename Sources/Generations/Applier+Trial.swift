import Glibc
import Nftables
import Planning
public import RulesetModel

/// Trials: a candidate beside the confirmed ruleset, until it is confirmed or its time is over.
///
/// The generation is durable, then the intent with what is noted of the trial, then the kernel has
/// both; from then on, nothing that happens to this program or this machine can keep the trial from
/// ending.
extension Applier {
    /// Lets a ruleset decide for a while, beside the current one.
    public mutating func tryOut(
        _ wanted: Ruleset,
        for request: Request,
        terms: Trial.Terms
    ) throws -> Change {
        try look()
        try refusePendingTrial()
        try refuseForeignTable()
        if let current, current.ruleset == wanted {
            let number = current.manifest.number
            guard current.drift(in: situation.table) == .none else {
                throw ApplyError.nothingToTry(generation: number)
            }
            return .nothing(generation: number, unchanged: wanted.redirectCount)
        }
        return try start(wanted, for: request, origin: .apply, taking: nil, terms)
    }

    /// Lets what an earlier generation held decide for a while, as a new generation.
    public mutating func tryRollBack(
        to number: Int?,
        for request: Request,
        terms: Trial.Terms
    ) throws -> Change {
        let target = try target(ofRollbackTo: number)
        guard let ruleset = target.ruleset else {
            throw ApplyError.removalOnTrial(generation: target.manifest.number)
        }
        if let current, current.ruleset == ruleset {
            return try tryOut(ruleset, for: request, terms: terms)
        }
        return try start(ruleset, for: request, origin: .rollback, taking: target, terms)
    }

    /// Makes the generation on trial the current one.
    public mutating func confirm(_ number: Int? = nil) throws -> Change {
        let pending = try pendingTrial(number)
        let candidate = pending.candidate
        guard let ruleset = candidate.ruleset else { throw ApplyError.noGeneration }
        let generation = candidate.manifest.number
        let confirmed = situation.table ?? LiveTable(name: site.table)
        let parent = situation.head.current
        situation.head.intent = generation
        try site.store.write(situation.head)
        try sendToTrial(
            TrialOperations.confirm(
                pending.live,
                besides: confirmed,
                as: ruleset,
                marker: candidate.marker
            ),
            pending,
            hasHappened: candidate.isMarked
        )
        try finish(candidate)
        return .confirmed(
            generation: generation,
            from: parent,
            Difference(live: confirmed, wanted: ruleset, marker: candidate.marker)
        )
    }

    /// Gives the trial another time, from now on.
    public mutating func extend(to seconds: Int, _ number: Int? = nil) throws -> Change {
        let pending = try pendingTrial(number)
        if pending.trial.guardian == .kernel {
            let terms = UInt64(seconds) * 1000
            try sendToTrial(
                TrialOperations.extend(milliseconds: terms),
                pending,
                // What it was given before has ended earlier, unless it was given the same.
                hasHappened: { $0?.lease?.terms.values.first?.timeout ?? 0 > terms - 10 }
            )
        }
        let deadline = time(nil) + seconds
        situation.head.trial?.deadline = deadline
        do throws(StoreError) { try writeHead() } catch {
            throw ApplyError.unrecorded(generation: pending.trial.generation, error)
        }
        return .extended(generation: pending.trial.generation, deadline: deadline)
    }

    /// Ends the trial: the current generation decides again.
    public mutating func cancel(_ number: Int? = nil) throws -> Change {
        if situation.trial == nil, case .over(let trial, _)? = trialFound,
            number ?? trial.generation == trial.generation
        {
            return .cancelled(generation: trial.generation, current: situation.head.current)
        }
        let pending = try pendingTrial(number)
        try end(pending, as: .cancelled)
        return .cancelled(
            generation: pending.trial.generation,
            current: situation.head.current
        )
    }
}

// MARK: - Steps

extension Applier {
    private mutating func start(
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
        let (before, site) = (situation.table, site)
        let generation = try record(wanted, for: request, origin: origin, taking: target) {
            Trial(
                generation: $0,
                boot: site.boot,
                namespace: site.namespace,
                started: time(nil),
                user: request.author.user,
                command: terms.command,
                guardian: terms.guardian,
                deadline: time(nil) + terms.seconds
            )
        }
        let number = generation.manifest.number
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
        situation.head.trial?.isNoted = true
        do throws(StoreError) { try writeHead() } catch {
            throw ApplyError.unrecorded(generation: number, error)
        }
        return .onTrial(
            pending,
            from: confirmed?.manifest.number,
            Difference(live: before, wanted: wanted, marker: generation.marker)
        )
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
        if pending.trial.guardian == .kernel, pending.live.lease?.expires == nil {
            try end(pending, as: .refused(reason: "its lease has no end"))
            throw ApplyError.leaseEndless(generation: number)
        }
        if let drift = pending.drift {
            try end(pending, as: .refused(reason: "the kernel held something else than was sent"))
            throw ApplyError.trialNotAsSent(generation: number, drift)
        }
        return pending
    }

    /// The trial that goes on, or why there is none.
    private func pendingTrial(_ number: Int?) throws -> PendingTrial {
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
            throw ApplyError.trialOver(
                generation: trial.generation,
                at: end,
                current: situation.head.current
            )
        }
        let last = number ?? situation.numbers.last
        throw ApplyError.noTrial(last: last, last.flatMap { situation.head.outcomes[$0] })
    }

    /// Notes that a trial is over, and says so.
    private mutating func over(_ number: Int) throws -> ApplyError {
        var end = time(nil)
        if case .over(_, .reverted(let at))? = situation.trial { end = at }
        if situation.trial != nil { try settleTrial() }
        return .trialOver(generation: number, at: end, current: situation.head.current)
    }

    /// Sends a transaction that the kernel refuses where the trial is over.
    private mutating func sendToTrial(
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
    private mutating func end(_ pending: PendingTrial, as outcome: Head.Outcome) throws {
        let number = pending.trial.generation
        // On a disk that is full, a trial ends all the same; then it counts as reverted.
        situation.head.trial?.isNoted = true
        situation.head.trial?.ending = outcome
        try? writeHead()
        try takeAway(pending.live, of: number)
        situation.head.intent = nil
        situation.head.trial = nil
        situation.head.outcomes[number] = outcome
        try writeHead()
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
    /// Where somebody else's objects hold on to them, everything goes that is not the current
    /// generation's.
    private func takeAway(_ trial: LiveTrial, of number: Int) throws {
        let isTableTheTrials = situation.current?.ruleset == nil
        let operations = isTableTheTrials ? [.deleteTable] : TrialOperations.end(trial)
        do throws(KernelError) {
            try kernel.commit(operations.map { $0.text(table: site.table) })
        } catch let failure {
            let confirmed = situation.current?.ruleset
            do throws(KernelError) {
                let live = try kernel.table(site.table)
                guard let live, !live.parted(besides: confirmed).trial.isEmpty else { return }
                let rest = situation.current?.drift(in: live).operations ?? [.deleteTable]
                try kernel.commit(rest.map { $0.text(table: site.table) })
            } catch {
                throw ApplyError.trialStays(generation: number, failure)
            }
        }
    }
}
