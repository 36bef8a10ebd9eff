public import GenerationModel
import Glibc
import Nftables
import Planning
public import RulesetModel

/// Carries out a change: under the lock, with a generation of its own, in one transaction.
///
/// The order of its steps is what makes a change safe: the generation is durable, then the intent,
/// then the kernel switches, then the head is durable. ``Reconciliation`` says what each instant at which
/// a command can be killed leaves behind; the next one under the lock repairs it.
public struct Applier {
    let managed: ManagedTable
    let kernel: any Kernel
    var snapshot: Snapshot
    /// The current generation, as long as the kernel was neither looked at, because nothing can have
    /// changed, nor sent anything.
    var unchanged: Manifest?
    /// Whether what was repaired on the way in could not be written.
    var isUnsettled = false
    private let lock: StoreLock

    /// What was found and repaired on the way in.
    public let reconciliationFound: Reconciliation

    /// Why the kernel may have held nothing.
    public let restartFound: Restart?

    /// How the trial stood that the head noted.
    public let trialFound: TrialState?

    /// What was started anew since that trial began.
    public let trialRestartFound: Restart?

    /// Whether that trial still decided after its end, until it was taken away on the way in.
    public let endedOverdueTrial: Bool

    /// Starts a change of a table under its lock.
    public init(_ managed: ManagedTable, lock: StoreLock) throws {
        self.managed = managed
        self.lock = lock
        kernel = managed.kernel(holding: lock.file)
        let rebuilt = try managed.rebuildHead(through: kernel)
        unchanged = try managed.unchanged(through: kernel)
        snapshot =
            try unchanged == nil
            ? managed.look(through: kernel) : Snapshot(unseen: managed.store)
        reconciliationFound = rebuilt.map { .headRebuilt($0) } ?? snapshot.reconciliation
        restartFound = snapshot.restart
        trialFound = snapshot.trial
        trialRestartFound = snapshot.trialRestart
        endedOverdueTrial = snapshot.overdueTrial != nil
        try settle()
    }

    /// The number of the generation that the next change makes.
    public mutating func numberToCome() throws -> Int {
        try look()
        return snapshot.nextNumber
    }

    /// The number of the generation that decides, or should.
    public var currentNumber: Int? { snapshot.head.current }

    private mutating func settle() throws {
        if case .over = snapshot.trial { return try settleTrial() }
        let settled = snapshot.settled
        if settled != snapshot.head {
            // What can't be noted now, the next run finds again. A disk that is full must keep neither
            // a table from being restored nor a trial from being cancelled.
            do throws(StoreError) { try managed.store.write(settled) } catch { isUnsettled = true }
        }
        snapshot.head = settled
    }

    /// Looks at the kernel, unless that was done.
    mutating func look() throws {
        guard unchanged != nil else { return }
        snapshot = try managed.look(through: kernel)
        unchanged = nil
        try settle()
    }

    /// Takes the kernel to hold what nothing can have changed, or looks.
    private mutating func assume() throws {
        guard let unchanged else { return }
        if let unseen = try managed.unseen(holding: unchanged) {
            snapshot = unseen
        } else {
            try look()
        }
    }

    /// The generation that is live, or should be.
    var current: Generation? { snapshot.current }
}

// MARK: - Changes

extension Applier {
    /// A look at a generation, and at the store that keeps its policy, before the kernel gets it.
    public typealias Inspection = (Generation, Store) throws -> Void

    /// Makes the kernel hold a ruleset.
    ///
    /// A ruleset that is current already makes no new generation: what differs is put back. A table
    /// that redirctl did not make is only taken over when `adopting` says so.
    public mutating func apply(
        _ wanted: Ruleset,
        for request: Request,
        adopting: Bool = false
    ) throws -> Change {
        try refusePendingTrial()
        let encoded = try EncodedRuleset(wanted)
        if let unchanged, encoded.digest == unchanged.digest {
            return .nothing(generation: unchanged.number, unchanged: wanted.redirectCount)
        }
        try assume()
        if !adopting { try refuseForeignTable() }
        if let current, current.ruleset == wanted { return try restore(current) }
        return try advance(to: encoded, for: request, origin: .apply)
    }

    /// Refuses to go on where anything is not as it was when a saved plan was made.
    ///
    /// - Throws: ``StalePlan``; nothing has happened then.
    public mutating func require(
        _ plan: SavedPlan,
        for ruleset: Ruleset,
        _ request: Request
    ) throws {
        try plan.check(ruleset, for: request, in: managed.store)
        try look()
        try refusePendingTrial()
        try plan.check(snapshot)
    }

    /// Makes the kernel hold the current generation again, unless `inspect` throws.
    public mutating func restore(
        adopting: Bool = false,
        inspect: Inspection = { _, _ in }
    ) throws -> Change {
        try refusePendingTrial()
        if let unchanged {
            guard let ruleset = try managed.store.generation(unchanged.number).ruleset else {
                return .nothingToRemove
            }
            return .nothing(generation: unchanged.number, unchanged: ruleset.redirectCount)
        }
        guard let current else {
            try refuseForeignTable()
            throw ApplyError.noGeneration
        }
        if !adopting { try refuseForeignTable() }
        try inspect(current, managed.store)
        return try restore(current)
    }

    /// Makes the kernel hold what an earlier generation held, as a new generation.
    ///
    /// Without a number, that is the one before the current one. Nothing happens where `inspect`
    /// throws.
    public mutating func rollBack(
        to number: Int?,
        for request: Request,
        inspect: Inspection = { _, _ in }
    ) throws -> Change {
        let target = try target(ofRollbackTo: number)
        try inspect(target, managed.store)
        if let current, current.ruleset == target.ruleset { return try restore(current) }
        return try advance(to: target.encoded, for: request, origin: .rollback, taking: target)
    }

    /// The generation that a rollback returns to.
    mutating func target(ofRollbackTo number: Int?) throws -> Generation {
        try look()
        try refusePendingTrial()
        let target = try snapshot.rollbackTarget(number, in: managed.store)
        try refuseForeignTable()
        return target
    }

    /// Takes the table away.
    public mutating func remove(for request: Request) throws -> Change {
        try look()
        try refusePendingTrial()
        try refuseForeignTable()
        guard snapshot.table != nil || current?.ruleset != nil else { return .nothingToRemove }
        return try advance(to: EncodedRuleset(nil), for: request, origin: .remove)
    }

    /// Refuses whatever would change anything beside a trial.
    public func refusePendingTrial() throws {
        guard let pending = snapshot.trial?.pending else { return }
        throw ApplyError.trialPending(
            pending.trial,
            table: managed.name,
            deadline: pending.deadline
        )
    }

    func refuseForeignTable() throws {
        if snapshot.hasForeignTable { throw ApplyError.foreignTable(managed.name) }
        if case .otherLineage(let found, let expected) = snapshot.reconciliation {
            throw ApplyError.otherLineage(table: managed.name, found: found, expected: expected)
        }
    }
}
