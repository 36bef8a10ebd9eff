public import Planning
public import RulesetModel

/// How the trial that the head notes stands in the kernel.
public enum TrialState: Sendable {
    /// It decides what becomes of connections.
    case pending(PendingTrial)
    /// It does not decide any more, or never did.
    case over(Trial, Head.Outcome)

    /// What is noted of it.
    public var trial: Trial {
        switch self {
        case .pending(let pending): pending.trial
        case .over(let trial, _): trial
        }
    }

    /// The trial, as long as it decides.
    public var pending: PendingTrial? {
        if case .pending(let pending) = self { pending } else { nil }
    }
}

/// When a lease ends that somebody has given more time than the trial was to have.
public enum LateEnd: Sendable, Hashable {
    /// It has no end.
    case never
    /// It ends then: seconds since 1970, UTC, by the clock as it was set when the trial began.
    case at(Int)
}

/// A trial that goes on.
public struct PendingTrial: Sendable {
    /// What is to be noted of it.
    public let trial: Trial

    /// The generation on trial.
    public let candidate: Generation

    /// What the kernel holds of it.
    public let live: LiveTrial

    /// How what the kernel holds differs from the candidate; nothing where it does not.
    public let drift: Difference?

    /// When it would end, if that is later than ``deadline``: somebody has changed its lease.
    public let lateEnd: LateEnd?

    /// After how many seconds it ends: by the kernel's clock where that ends it.
    public let secondsLeft: Int

    init(
        _ trial: Trial,
        of candidate: Generation,
        besides confirmed: Ruleset?,
        live: LiveTrial,
        read time: ReadingTime
    ) {
        let noted = trial.noted(live.lease, read: time)
        self.trial = noted
        self.candidate = candidate
        self.live = live
        let wanted = (candidate.ruleset ?? Ruleset(table: live.table.name))
            .withChains(of: confirmed)
        let difference = Difference(live: live.table, wanted: wanted, marker: candidate.marker)
        drift = difference.isEmpty ? nil : difference
        lateEnd = noted.lateEnd(of: live.lease, at: time.start)
        let left = noted.millisecondsLeft(at: time.start)
        let lease = lateEnd == nil ? live.lease?.expires : nil
        secondsLeft = max(0, (lease.map { Int(clamping: $0) } ?? left) &+ 999) / 1000
    }

    /// When it ends, by the clock on the wall, as it was noted: the same at each look.
    public var deadline: Int { trial.deadline }

    /// Whether the kernel holds something else of it than was sent.
    public var isDrifted: Bool { drift != nil || lateEnd != nil }
}

/// When the kernel was read; what it said of the time left was true at some moment in between.
public struct ReadingTime: Sendable {
    let start: ClockReading
    let end: ClockReading

    /// Creates the time from the moments before and after the reading.
    public init(start: ClockReading, end: ClockReading) {
        self.start = start
        self.end = end
    }
}

extension Trial {
    /// The record of a trial that goes on, with the end of a time that was not noted yet.
    fileprivate func noted(_ lease: LiveLease?, read time: ReadingTime) -> Trial {
        var trial = self
        trial.isNoted = true
        trial.ending = nil
        (trial.grant, trial.latestEnd) = (nil, nil)
        let terms = lease?.terms.values.map { $0 } ?? []
        if let grant, !terms.isEmpty, terms.allSatisfy({ allows($0, at: time.start) }),
            // An extension that never came to the kernel leaves the time as it was.
            !isNoted || terms.allSatisfy({ Int(clamping: $0.timeout ?? 0) > grant &* 1000 &- 10 }),
            let left = terms.compactMap(\.expires).max().map({ Int(clamping: $0) })
        {
            trial.deadline = time.start.wall + (left &+ 999) / 1000
            // The latest that it can be, so that a slow reading never looks like a longer lease.
            trial.monotonicDeadline = time.end.monotonic &+ left
        }
        return trial
    }

    /// When the lease ends, if that is later than noted.
    fileprivate func lateEnd(of lease: LiveLease?, at now: ClockReading) -> LateEnd? {
        guard guardian == .kernel, let lease else { return nil }
        let late = lease.terms.values.filter { !allows($0, at: now) }
        guard !late.isEmpty else { return nil }
        let times = late.compactMap(\.expires)
        guard let longest = times.max(), times.count == late.count else { return .never }
        let beyond = Int(clamping: longest) &- millisecondsLeft(at: now)
        return .at(deadline &+ (beyond &+ 500) / 1000)
    }
}

extension TrialState {
    /// Finds out how a trial stands.
    ///
    /// - Parameters:
    ///   - trial: What the head notes of it.
    ///   - candidate: The generation on trial.
    ///   - confirmed: The ruleset beside which it was put.
    ///   - live: What the kernel holds of it.
    ///   - hasRestarted: Whether the machine or the network namespace was started anew since: then
    ///     nothing of it may decide, even if somebody has loaded its rules again.
    ///   - time: When the kernel was read.
    public init(
        _ trial: Trial,
        of candidate: Generation,
        besides confirmed: Ruleset?,
        live: LiveTrial,
        hasRestarted: Bool,
        read time: ReadingTime
    ) {
        let now = time.start
        let hasStarted = live.table.markers.contains(candidate.marker) || live.isDeciding
        if live.isDeciding, !hasRestarted, !trial.isOverdue(live.lease, at: now) {
            self = .pending(
                PendingTrial(trial, of: candidate, besides: confirmed, live: live, read: time)
            )
        } else if hasStarted || trial.isNoted {
            let isPast = trial.millisecondsLeft(at: now) <= Trial.tolerance
            let end = isPast && !hasRestarted ? trial.deadline : min(trial.deadline, now.wall)
            // While its objects are there, what was about to be made of it did not happen.
            self = .over(trial, (hasStarted ? nil : trial.ending) ?? .reverted(at: end))
        } else {
            self = .over(trial, .abandoned)
        }
    }
}

extension Trial {
    /// Whether it should have ended before a moment.
    fileprivate func isOverdue(_ lease: LiveLease?, at now: ClockReading) -> Bool {
        let left = millisecondsLeft(at: now)
        guard guardian == .kernel, lateEnd(of: lease, at: now) == nil else { return left <= 0 }
        // The kernel ends it, and exactly; what is noted of that may be early.
        return latestEnd.map { $0 <= now.monotonic } ?? (left <= -Self.tolerance)
    }
}
