public import RulesetModel
public import TableDiff

/// The state in the kernel of the trial in the head.
public indirect enum TrialState: Sendable {
    /// A trial that is in effect.
    case pending(PendingTrial)
    /// A trial that is no longer in effect, or never was, with its outcome.
    case over(Trial, Head.Outcome)

    /// The record of the trial.
    public var trial: Trial {
        switch self {
        case .pending(let pending): pending.trial
        case .over(let trial, _): trial
        }
    }

    /// The trial if it is in effect.
    public var pending: PendingTrial? {
        if case .pending(let pending) = self { pending } else { nil }
    }
}

/// The end of a lease to which another program has given more time than the trial has.
public enum LateEnd: Sendable, Hashable {
    /// It has no end.
    case never
    /// It ends at this time: seconds since 1970, UTC, by the clock as it was set when the trial began.
    case at(Int)
}

/// A trial that goes on.
public struct PendingTrial: Sendable {
    /// The record of the trial, with what the kernel tells about its end.
    public let trial: Trial

    /// The generation on trial.
    public let candidate: Generation

    /// The trial's objects in the kernel.
    public let live: LiveTrial

    /// How the kernel's objects differ from the candidate; `nil` if they do not.
    public let drift: Difference?

    /// When its lease ends; `nil` unless another program changed the lease so that this is later than
    /// ``deadline``.
    public let lateEnd: LateEnd?

    /// Seconds until it ends, by the kernel's clock if the kernel ends it.
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

    /// When it ends: seconds since 1970, UTC, as recorded, so that every reading gives the same.
    public var deadline: Int { trial.deadline }

    /// Whether the kernel has something else than was sent.
    public var isDrifted: Bool { drift != nil || lateEnd != nil }
}

/// The moments before and after the kernel was read; the remaining times that it reported were true at
/// a moment between them.
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
    /// The record of a trial that goes on, with the end of an extension that was not recorded yet.
    fileprivate func noted(_ lease: LiveLease?, read time: ReadingTime) -> Trial {
        var trial = self
        trial.isNoted = true
        trial.ending = nil
        (trial.grant, trial.latestEnd) = (nil, nil)
        let terms = lease?.terms.values.map { $0 } ?? []
        if let grant, !terms.isEmpty, terms.allSatisfy({ allows($0, at: time.start) }),
            // An extension that never reached the kernel leaves the time as it was.
            !isNoted || terms.allSatisfy({ Int(clamping: $0.timeout ?? 0) > grant &* 1000 &- 10 }),
            let left = terms.compactMap(\.expires).max().map({ Int(clamping: $0) })
        {
            trial.deadline = time.start.wall + (left &+ 999) / 1000
            // The latest possible end, so that a slow reading is never taken for a longer lease.
            trial.monotonicDeadline = time.end.monotonic &+ left
        }
        return trial
    }

    /// When the lease ends; `nil` unless that is later than recorded.
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
    /// Determines the state of a trial.
    ///
    /// - Parameters:
    ///   - trial: The record in the head.
    ///   - candidate: The generation on trial.
    ///   - confirmed: The confirmed ruleset.
    ///   - live: The trial's objects in the kernel.
    ///   - hasRestarted: Whether the machine or the network namespace was restarted since. Then none of
    ///     its rules may be in effect, even if another program has loaded them again.
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
            // While its objects are there, the recorded outcome has not happened.
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
        // The kernel ends it exactly; the recorded end may be early.
        return latestEnd.map { $0 <= now.monotonic } ?? (left <= -Self.tolerance)
    }
}

/// A trial that should be over, and is still in effect for some connections.
public struct OverdueTrial: Sendable, Hashable {
    /// Why it should be over.
    public enum Reason: Sendable, Hashable {
        /// Its time is over: its guardian is gone, or another program gave its lease more time.
        case time
        /// Another program loaded its rules again after a restart.
        case restart(Restart)
        /// Before its time was over, another program ended it for one address family only.
        case halfEnded(stillDecidesFor: [String])
    }

    /// The record of the trial.
    public let trial: Trial

    /// Why it should be over.
    public let reason: Reason
}

/// Why the kernel has lost all tables.
public enum Restart: Sendable, Hashable {
    /// The machine was started again.
    case machine
    /// The network namespace is another one of the same name.
    case namespace
}
