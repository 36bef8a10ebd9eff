public import RulesetModel

/// How the store and the kernel agree, according to the marker alone.
///
/// A command can be killed at any instant. The order of its steps leaves just these cases: the
/// generation is on disk before it is the intent, the intent before the kernel has it, and the
/// kernel before the head.
public enum Reconciliation: Sendable, Hashable {
    /// Nothing was ever applied, and the kernel has no such table.
    case unused
    /// The kernel has the generation that the store says is current.
    case inStep
    /// A command ended after the kernel had switched to its generation: it is current.
    case intentHappened(Int)
    /// A command ended before the kernel had its generation; the current one stays.
    case intentDropped(Int)
    /// The kernel's table is gone, though a generation should be there.
    case tableGone
    /// The kernel's table is dormant, so its content is unknown.
    case dormant
    /// The kernel's table has no marker, or those of several generations of this store.
    case foreign(found: [Marker])
    /// The kernel's table is that of another generation of this store, for example because an
    /// earlier ruleset of the whole machine was loaded again.
    case otherGeneration(Int)
    /// The kernel's table has only markers of generations that this store does not have.
    ///
    /// Another store manages the same table, or this store was replaced by an older copy.
    case otherLineage(found: Marker, expected: Marker?)
    /// The head could not be read; it was created again from the generation that the kernel
    /// has.
    case headRebuilt(Int)

    /// Compares the markers of the kernel's table with the generations of the store.
    ///
    /// - Parameters:
    ///   - head: The store's head.
    ///   - expected: The marker of the current generation; `nil` after a removal or without one.
    ///   - intended: The same for the intent.
    ///   - table: The kernel's table; `nil` if there is none.
    ///   - isRestarted: Whether a restart has removed all tables. Then a missing table does not
    ///     mean that an intended removal was carried out.
    ///   - isOurs: Whether a marker is that of a generation of this store. If the table has such a
    ///     marker, all others are chains of another program, and are ignored.
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

    /// The same value, with a foreign marker told apart: of another generation or of another store.
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

    /// The state of the trial in the head.
    public let trial: TrialState?

    /// What was restarted since that trial began.
    public let trialRestart: Restart?

    /// Whether that trial was still in effect after its end; its rules are removed now.
    public let endedOverdueTrial: Bool

    /// Creates the result of a repair.
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
