public import RulesetModel

/// The store and the kernel's table as one listing found them.
public struct Snapshot: Sendable {
    /// The store's head as it was read.
    public var head: Head

    /// The generation that should be live: the intent if the kernel already has it.
    public var current: Generation?

    /// The kernel's table, without the objects of a recorded trial.
    public let table: LiveTable?

    /// How store and kernel agree.
    public var reconciliation: Reconciliation

    /// The state of the trial in the head.
    public var trial: TrialState?

    /// What was restarted since the trial began; then none of its rules may be in effect.
    public var trialRestart: Restart?

    /// The trial's objects in the kernel, also while the trial goes on.
    public var trialObjects: LiveTrial?

    /// What was restarted since the last verification, so that the kernel may have no table.
    public let restart: Restart?

    /// The numbers of all recorded generations, ascending.
    public let numbers: [Int]

    /// What is recorded if the table is up to date; `nil` if another program made a transaction while
    /// the table was read.
    public var verification: Head.Verification?

    /// Creates a snapshot.
    public init(
        head: Head,
        current: Generation?,
        table: LiveTable?,
        reconciliation: Reconciliation,
        trial: TrialState? = nil,
        trialRestart: Restart? = nil,
        trialObjects: LiveTrial? = nil,
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
        self.trialObjects = trialObjects
        self.restart = restart
        self.numbers = numbers
        self.verification = verification
    }

    /// The number of the generation that the next change makes.
    ///
    /// The store has never used it. If the table has another store's marker and is adopted, the number
    /// is higher than that marker's. The limit keeps a chain with a made-up marker from using up the
    /// numbers.
    public var nextNumber: Int {
        var used = numbers + [head.current, head.intent].compactMap(\.self) + head.outcomes.keys
        if case .otherLineage(let marker, _) = reconciliation, marker.number < 1_000_000 {
            used.append(marker.number)
        }
        return (used.max() ?? 0) &+ 1
    }

    /// The head with the result of a command that was killed, as the marker shows it.
    public var repairedHead: Head {
        var head = head
        // The content of a dormant table is unknown, so the intent stays until the table can be read.
        if reconciliation == .dormant { return head }
        if let trial, case .over(_, let outcome) = trial {
            head.outcomes[trial.trial.generation] = outcome
            if head.intent == trial.trial.generation { head.intent = nil }
            head.trial = nil
        } else if let trial {
            // The confirmation of this trial never reached the kernel, so the trial goes on.
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
        // Generations after the current one were never live: a command can also be killed after it
        // writes a generation and before it writes the intent.
        for number in numbers
        where number > head.current ?? 0 && head.outcomes[number] == nil
            && number != head.trial?.generation
        {
            head.outcomes[number] = .abandoned
        }
        return head
    }

    /// The trial that should be over, and is still in effect for some connections.
    public var overdueTrial: OverdueTrial? {
        guard case .over(let trial, let outcome)? = trial, let trialObjects,
            trialObjects.decidesForSome
        else { return nil }
        let reason: OverdueTrial.Reason
        if let trialRestart {
            reason = .restart(trialRestart)
        } else if case .reverted(let end) = outcome, end < trial.deadline {
            reason = .halfEnded(stillDecidesFor: trialObjects.lease?.families ?? [])
        } else {
            reason = .time
        }
        return OverdueTrial(trial: trial, reason: reason)
    }

    /// The table that is in effect: that of a trial, also after its end, or the current generation's.
    public var decidingTable: LiveTable? {
        if let pending = trial?.pending { return pending.live.table }
        switch overdueTrial?.reason {
        case .time?, .restart?: return trialObjects?.table
        case .halfEnded?, nil: return table
        }
    }

    /// The marker of the kernel's table, if no generation here has it.
    public var unknownMarker: Marker? {
        if case .otherLineage(let found, _) = reconciliation { found } else { nil }
    }

    /// Whether another reading would find the same: no transaction was made while the table was read,
    /// and no trial in it can expire.
    public var isStable: Bool { verification != nil && head.trial == nil }

    /// Whether the table has only objects of a trial.
    public var hasOnlyTrialObjects: Bool { table == nil && trialObjects?.isEmpty == false }

    /// Whether the kernel has a table of this name that redirctl did not make.
    ///
    /// An empty one counts, too: its owner may be about to fill it, and a removal would delete it.
    public var hasForeignTable: Bool {
        guard let table, current?.ruleset == nil else { return false }
        return table.markers.isEmpty
    }

    /// Whether the kernel's table may only be changed if it is adopted.
    public var needsAdoption: Bool { unknownMarker != nil || hasForeignTable }

    /// How the kernel's table differs from the current generation; `nil` if nothing was ever applied.
    public var drift: Drift? { current?.drift(in: table) }
}

extension LiveTable {
    /// The table; `nil` if it is empty and nothing is confirmed, so that it exists only for a trial.
    public func unlessVoid(besides confirmed: Ruleset?) -> LiveTable? {
        confirmed == nil && isVoid ? nil : self
    }

    /// Whether the table is empty; the content of a dormant one is unknown.
    fileprivate var isVoid: Bool {
        !isDormant && chains.isEmpty && counters.isEmpty && maps.isEmpty && lease == nil
            && others.isEmpty
    }
}
