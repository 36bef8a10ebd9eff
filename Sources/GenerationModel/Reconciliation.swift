public import RulesetModel

/// How the store and the kernel stand to each other, judged by the marker alone.
///
/// A command can be killed at any instant. The order of its steps leaves just these cases: the
/// generation is on disk before it is the intent, the intent before the kernel has it, and the
/// kernel before the head.
public enum Reconciliation: Sendable, Hashable {
    /// Nothing was ever applied, and the kernel has no such table.
    case unused
    /// The kernel holds the generation that the store says is current.
    case inStep
    /// A command ended after the kernel had switched to its generation: it is current.
    case intentHappened(Int)
    /// A command ended before the kernel had its generation; the current one stays.
    case intentDropped(Int)
    /// The kernel's table is gone, though a generation should be there.
    case tableGone
    /// The kernel's table is dormant, and what it holds can't be told.
    case dormant
    /// The kernel's table bears no marker, or those of several generations of this store.
    case foreign(found: [Marker])
    /// The kernel's table is that of another generation of this store, as when an earlier ruleset of
    /// the whole machine was loaded again.
    case otherGeneration(Int)
    /// The kernel's table bears no marker but those of generations that this store has not.
    ///
    /// Some other store takes care of the same table, or this one was replaced by an older copy.
    case otherLineage(found: Marker, expected: Marker?)
    /// The head could not be read; it was made anew from the generation that the kernel holds.
    case headRebuilt(Int)

    /// Judges.
    ///
    /// - Parameters:
    ///   - head: Where the store says that it stands.
    ///   - expected: The marker of the current generation; nothing after a removal or without one.
    ///   - intended: The same for the intent.
    ///   - table: The kernel's table, or nothing where it has none.
    ///   - isRestarted: Whether a restart has taken all tables away. Then the lack of one does not
    ///     say that a removal had happened, and the one that never reported it counts for nothing.
    ///   - isOurs: Whether a marker is that of a generation of this store. Beside one that is, all others
    ///     are somebody's chains, and say nothing.
    public init(
        head: Head,
        expected: Marker?,
        intended: Marker?,
        table: LiveTable?,
        isRestarted: Bool = false,
        isOurs: (Marker) -> Bool = { _ in false }
    ) {
        if let table, table.isDormant {
            self = .dormant
            return
        }
        let found = table.map { table in
            let ours = table.markers.filter { $0 == expected || $0 == intended || isOurs($0) }
            return ours.isEmpty ? table.markers : ours
        }
        let expectedMarkers = expected.map { [$0] }
        if let intent = head.intent {
            if found == intended.map({ [$0] }), found != nil || !isRestarted {
                self = .intentHappened(intent)
                return
            }
            if found == expectedMarkers {
                self = .intentDropped(intent)
                return
            }
        }
        if found == expectedMarkers {
            self = head.current == nil ? .unused : .inStep
        } else if let found {
            self = .foreign(found: found)
        } else {
            self = .tableGone
        }
    }

    /// The same, once it is known which markers the store's generations have.
    public func knowing(_ expected: Marker?, isOurs: (Marker) -> Bool) -> Reconciliation {
        guard case .foreign(let found) = self, let marker = found.first else { return self }
        guard isOurs(marker) else { return .otherLineage(found: marker, expected: expected) }
        return found.count == 1 ? .otherGeneration(marker.number) : self
    }
}

/// What was found, and repaired, before a change.
public struct Repairs: Sendable {
    /// How store and kernel agreed.
    public let reconciliation: Reconciliation

    /// Why the kernel may have had no table.
    public let restart: Restart?

    /// How the trial stood that the head notes.
    public let trial: TrialState?

    /// What was restarted since that trial began.
    public let trialRestart: Restart?

    /// Whether that trial still decided after its end; its rules were removed now.
    public let endedOverdueTrial: Bool

    /// Creates the findings.
    public init(
        reconciliation: Reconciliation,
        restart: Restart?,
        trial: TrialState?,
        trialRestart: Restart?,
        endedOverdueTrial: Bool
    ) {
        self.reconciliation = reconciliation
        self.restart = restart
        self.trial = trial
        self.trialRestart = trialRestart
        self.endedOverdueTrial = endedOverdueTrial
    }
}
