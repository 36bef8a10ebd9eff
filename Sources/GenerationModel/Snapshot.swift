public import RulesetModel

/// What store and kernel held at one look.
public struct Snapshot: Sendable {
    /// The store's head as it was read.
    public var head: Head

    /// The generation that should be live; the intent, where the kernel already holds it.
    public var current: Generation?

    /// The kernel's table, without what a noted trial has put there.
    public let table: LiveTable?

    /// How the two stand to each other.
    public var reconciliation: Reconciliation

    /// How the trial stands that the head notes.
    public var trial: TrialState?

    /// What was started anew since the trial began, so that nothing of it may decide.
    public var trialRestart: Restart?

    /// What the kernel holds of it.
    public var remains: LiveTrial?

    /// Why the kernel may hold nothing of what was applied, without anybody's doing.
    public let restart: Restart?

    /// The numbers of all recorded generations, ascending.
    public let numbers: [Int]

    /// What is recorded once the table was found to be as wanted; `nil` if somebody made a transaction
    /// while it was read.
    public var verification: Head.Verification?

    /// Creates a snapshot.
    public init(
        head: Head,
        current: Generation?,
        table: LiveTable?,
        reconciliation: Reconciliation,
        trial: TrialState? = nil,
        trialRestart: Restart? = nil,
        remains: LiveTrial? = nil,
        restart: Restart? = nil,
        numbers: [Int],
        verification: Head.Verification? = nil
    ) {
        self.head = head
        self.current = current
        self.table = table
        self.reconciliation = reconciliation
        self.trial = trial
        self.trialRestart = trialRestart
        self.remains = remains
        self.restart = restart
        self.numbers = numbers
        self.verification = verification
    }

    /// The number of the generation that the next change makes.
    ///
    /// It is one that the store has never used. Where another store has marked the table, which is then
    /// adopted, the number goes on from there; but whoever gives a chain a marker's name can't use up the
    /// numbers.
    public var nextNumber: Int {
        var used = numbers + [head.current, head.intent].compactMap(\.self) + head.outcomes.keys
        if case .otherLineage(let marker, _) = reconciliation, marker.number < 1_000_000 {
            used.append(marker.number)
        }
        return (used.max() ?? 0) &+ 1
    }

    /// The head with what the marker tells of a command that was killed.
    public var settled: Head {
        var head = head
        // What a dormant table holds is not known, so the intent stays for a later look to tell.
        if reconciliation == .dormant { return head }
        if let trial, case .over(_, let outcome) = trial {
            head.outcomes[trial.trial.generation] = outcome
            if head.intent == trial.trial.generation { head.intent = nil }
            head.trial = nil
        } else if let trial {
            // A trial that is to be confirmed, and was not, goes on.
            head.trial = trial.trial
            head.intent = nil
        }
        if let intent = head.intent {
            head.intent = nil
            if case .intentHappened = reconciliation {
                head.current = intent
                head.confirmed = intent
                head.trial = nil
            } else {
                head.outcomes[intent] = .abandoned
            }
        }
        // What was live last has the highest number, but for those that never were: a command can
        // also be killed between its generation and the intent to apply it.
        for number in numbers
        where number > head.current ?? 0 && head.outcomes[number] == nil
            && number != head.trial?.generation
        {
            head.outcomes[number] = .abandoned
        }
        return head
    }

    /// The trial that should be over, and still decides for some connections.
    public var overdueTrial: OverdueTrial? {
        guard case .over(let trial, let outcome)? = trial, let remains, remains.decidesForSome
        else { return nil }
        let reason: OverdueTrial.Reason
        if let trialRestart {
            reason = .restart(trialRestart)
        } else if case .reverted(let end) = outcome, end < trial.deadline {
            reason = .halfEnded(stillDecidesFor: remains.lease?.families ?? [])
        } else {
            reason = .time
        }
        return OverdueTrial(trial: trial, reason: reason)
    }

    /// The table as it decides: what is on trial, or still decides after its trial, or the current
    /// generation's.
    public var decidingTable: LiveTable? {
        if let pending = trial?.pending { return pending.live.table }
        switch overdueTrial?.reason {
        case .time?, .restart?: return remains?.table
        case .halfEnded?, nil: return table
        }
    }

    /// The marker of the kernel's table, if no generation here has it.
    public var unknownMarker: Marker? {
        if case .otherLineage(let found, _) = reconciliation { found } else { nil }
    }

    /// Whether nobody changed anything in the kernel while the table was read, and nothing in it ends by
    /// itself: another look would see the same.
    public var isStill: Bool { verification != nil && head.trial == nil }

    /// Whether the table has something of a trial that ended, and nothing else.
    public var hasOnlyRemains: Bool { table == nil && remains?.isEmpty == false }

    /// Whether the current generation is that there be no table.
    public var isRemoved: Bool { current.map { $0.ruleset == nil } ?? false }

    /// Whether the kernel has a table of this name that is none of redirctl's doing.
    public var hasForeignTable: Bool {
        guard let table, current?.ruleset == nil else { return false }
        return table.markers.isEmpty && !table.isVoid
    }

    /// How the kernel's table differs from the current generation.
    ///
    /// Nothing where no generation was ever applied.
    public var drift: Drift? { current?.drift(in: table) }
}

extension LiveTable {
    /// The table, or nothing where it is only there because of a trial.
    public func unlessVoid(_ confirmed: Ruleset?) -> LiveTable? {
        confirmed == nil && isVoid ? nil : self
    }

    /// Whether nobody has put anything into the table yet; what a dormant one holds is not known.
    fileprivate var isVoid: Bool {
        !isDormant && chains.isEmpty && counters.isEmpty && maps.isEmpty && lease == nil
            && others.isEmpty
    }
}

/// A trial that should be over, and still decides for some connections.
public struct OverdueTrial: Sendable, Hashable {
    /// Why it should be over.
    public enum Reason: Sendable, Hashable {
        /// Its time is over: what was to end it is gone, or somebody gave its lease more time.
        case time
        /// Somebody loaded its rules again after a restart.
        case restart(Restart)
        /// Before its time was over, somebody ended it for one family of addresses only.
        case halfEnded(stillDecidesFor: [String])
    }

    /// What is noted of it.
    public let trial: Trial

    /// Why it should be over.
    public let reason: Reason
}

/// Why the kernel starts anew with no table at all.
public enum Restart: Sendable, Hashable {
    /// The machine was started since.
    case machine
    /// The network namespace is another one of the same name.
    case namespace
}
