public import GenerationModel
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
            guard current.drift(in: snapshot.table) == .none else {
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
        terms: Trial.Terms,
        inspect: Inspection = { _, _ in }
    ) throws -> Change {
        let target = try target(ofRollbackTo: number)
        try inspect(target, managed.store)
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
        let confirmed = snapshot.table ?? LiveTable(name: managed.name)
        let difference = kernel.worded(
            Difference(live: confirmed, wanted: ruleset, marker: candidate.marker),
            of: managed.name
        )
        let parent = snapshot.head.current
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

    /// Gives the trial another time, from now on.
    public mutating func extend(to seconds: Int, _ number: Int? = nil) throws -> Change {
        let pending = try pendingTrial(number)
        let generation = pending.trial.generation
        if pending.trial.guardian == .kernel {
            let terms = UInt64(seconds) * 1000
            let (now, start) = (managed.now, managed.now().monotonic)
            let noted = managed.now()
            snapshot.head.trial?.give(seconds: seconds, at: noted)
            try noteBeforeSending(pending)
            try sendToTrial(
                TrialCommands.extend(milliseconds: terms),
                pending,
                // What it was given before was as long at most, and has run longer since.
                hasHappened: { live in
                    let elapsed = UInt64(clamping: now().monotonic - start) + 20
                    let given = live?.lease?.terms.values.map { $0 } ?? []
                    return !given.isEmpty
                        && given.allSatisfy {
                            ($0.timeout ?? 0) > terms - 10 && ($0.expires ?? 0) + elapsed >= terms
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
            // What ends the trial reads the time from the store.
            try noteBeforeSending(pending)
        }
        return .extended(generation: generation, deadline: now.wall + seconds)
    }

    /// Writes the head before anything happens to a trial.
    private func noteBeforeSending(_ pending: PendingTrial) throws {
        do throws(StoreError) { try managed.store.write(snapshot.head) } catch {
            throw ApplyError.trialUnchanged(
                generation: pending.trial.generation,
                deadline: pending.deadline,
                error
            )
        }
    }

    /// Ends the trial: the current generation decides again.
    public mutating func cancel(_ number: Int? = nil) throws -> Change {
        if snapshot.trial == nil, case .over(let trial, _)? = trialFound,
            number ?? trial.generation == trial.generation
        {
            return cancelled(trial)
        }
        let pending = try pendingTrial(number)
        try end(pending, as: .cancelled)
        return cancelled(pending.trial)
    }

    private func cancelled(_ trial: Trial) -> Change {
        .cancelled(
            generation: trial.generation,
            current: snapshot.head.current,
            isDrifted: snapshot.drift.map { $0 != .none } ?? false
        )
    }
}
