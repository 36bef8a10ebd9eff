public import GenerationModel
import Nftables
import RulesetModel
import TableDiff

/// Trials: a candidate beside the confirmed ruleset, until it is confirmed or its time is over.
///
/// First the generation is durable, then the intent with the record of the trial, then the kernel has
/// both. After that, the trial ends whatever happens to this program or this machine.
extension Applier {
    /// Puts a goal on trial beside the current generation.
    ///
    /// - Parameters:
    ///   - goal: A policy's ruleset or an earlier generation.
    ///   - request: Who asks, and what to keep with the generation.
    ///   - terms: How long the trial lasts, and what ends it.
    ///   - inspect: Inspects the plan first; an error stops the trial.
    /// - Returns: What was done.
    /// - Throws: Above all ``ApplyError``; then nothing has changed unless it says so.
    public mutating func tryOut(
        _ goal: Goal,
        for request: ChangeRequest,
        terms: Trial.Terms,
        inspect: Inspection = { _ in }
    ) throws -> Change {
        try observed { try $0.begin(goal, for: request, terms: terms, inspect: inspect) }
    }

    private mutating func begin(
        _ goal: Goal,
        for request: ChangeRequest,
        terms: Trial.Terms,
        inspect: Inspection
    ) throws -> Change {
        let plan = try plan(for: goal, reading: .listed)
        try refuseForeignTable()
        try inspect(plan)
        guard let ruleset = plan.wanted.ruleset else {
            throw ApplyError.removalOnTrial(
                generation: plan.source?.manifest.number ?? plan.next,
                table: managed.name
            )
        }
        if plan.step == .restore {
            guard plan.difference.isEmpty else {
                throw ApplyError.nothingToTry(generation: plan.next, table: managed.name)
            }
            return .nothing(generation: plan.next, unchanged: ruleset.redirectCount)
        }
        return try start(plan, ruleset, for: request, terms)
    }

    /// Makes the generation on trial the current one.
    public mutating func confirm(_ number: Int? = nil) throws -> Change {
        try observed { try $0.keep(number) }
    }

    private mutating func keep(_ number: Int?) throws -> Change {
        let pending = try pendingTrial(number)
        let candidate = pending.candidate
        guard let ruleset = candidate.ruleset else { throw managed.noGeneration() }
        let generation = candidate.manifest.number
        let confirmed = snapshot.table ?? LiveTable(name: managed.name)
        let parent = snapshot.head.current
        var difference = Difference(live: confirmed, wanted: ruleset, marker: candidate.marker)
        managed.setApartLayout(in: &difference, from: parent, to: generation)
        difference = kernel.worded(difference, of: managed.name)
        snapshot.head.intent = generation
        try noteBeforeSending(pending)
        try sendToTrial(
            TrialCommands.confirm(
                pending.live,
                besides: confirmed,
                as: ruleset,
                marker: candidate.marker
            ),
            pending,
            hasHappened: candidate.isMarked
        )
        try finish(candidate)
        return .confirmed(generation: generation, from: parent, difference)
    }

    /// Lets the trial last so many seconds from now on.
    public mutating func extend(to seconds: Int, _ number: Int? = nil) throws -> Change {
        try observed { try $0.prolong(to: seconds, number) }
    }

    private mutating func prolong(to seconds: Int, _ number: Int?) throws -> Change {
        let pending = try pendingTrial(number)
        let generation = pending.trial.generation
        if pending.trial.guardian == .kernel {
            let milliseconds = UInt64(seconds) * 1000
            let clock = managed.now
            let start = clock().monotonic
            snapshot.head.trial?.give(seconds: seconds, at: clock())
            try noteBeforeSending(pending)
            try sendToTrial(
                TrialCommands.extend(milliseconds: milliseconds),
                pending,
                // An earlier timeout is at most as long, and has run for longer.
                hasHappened: { live in
                    let elapsed = UInt64(clamping: clock().monotonic - start) + 20
                    let given = live?.lease?.terms.values.map { $0 } ?? []
                    return !given.isEmpty
                        && given.allSatisfy {
                            ($0.timeout ?? 0) > milliseconds - 10
                                && ($0.expires ?? 0) + elapsed >= milliseconds
                        }
                }
            )
        }
        let now = managed.now()
        snapshot.head.trial?.end(inSeconds: seconds, from: now)
        if pending.trial.guardian == .kernel {
            do throws(StoreError) { try writeHead() } catch {
                throw ApplyError.trialUnrecorded(
                    generation: generation,
                    deadline: now.wall + seconds,
                    error
                )
            }
        } else {
            // The guardian reads the deadline from the store.
            try noteBeforeSending(pending)
        }
        return .extended(generation: generation, deadline: now.wall + seconds)
    }

    /// Writes the head before a trial is changed.
    private func noteBeforeSending(_ pending: PendingTrial) throws {
        do throws(StoreError) { try managed.store.write(snapshot.head) } catch {
            throw ApplyError.trialUnchanged(
                generation: pending.trial.generation,
                deadline: pending.deadline,
                error
            )
        }
    }

    /// Ends the trial: the current generation is in effect again.
    public mutating func cancel(_ number: Int? = nil) throws -> Change {
        if snapshot.trial == nil, case .over(let trial, _)? = repairs.trial,
            number ?? trial.generation == trial.generation
        {
            return cancelled(trial)
        }
        return try observed {
            let pending = try $0.pendingTrial(number)
            try $0.end(pending, as: .cancelled)
            return $0.cancelled(pending.trial)
        }
    }

    private func cancelled(_ trial: Trial) -> Change {
        .cancelled(
            generation: trial.generation,
            current: snapshot.head.current,
            isDrifted: snapshot.drift.map { $0 != .none } ?? false
        )
    }
}
