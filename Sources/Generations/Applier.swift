import Glibc
import Nftables
import Planning
public import RulesetModel

/// Carries out a change: under the lock, with a generation of its own, in one transaction.
///
/// The order of its steps is what makes a change safe: the generation is durable, then the intent,
/// then the kernel switches, then the head is durable. ``Standing`` says what each instant at which
/// a command can be killed leaves behind; the next one under the lock repairs it.
public struct Applier {
    let site: Site
    let kernel: any Kernel
    var situation: Situation
    /// The current generation, as long as the kernel was neither looked at, because nothing can have
    /// changed, nor sent anything.
    var unchanged: Manifest?
    /// Whether what was repaired on the way in could not be written.
    var isUnsettled = false
    private let lock: StoreLock

    /// What was found and repaired on the way in.
    public let standingFound: Standing

    /// Why the kernel may have held nothing.
    public let restartFound: Restart?

    /// How the trial stood that the head noted.
    public let trialFound: TrialState?

    /// What was started anew since that trial began.
    public let trialRestartFound: Restart?

    /// Whether that trial still decided after its end, until it was taken away on the way in.
    public let endedOverdueTrial: Bool

    /// Starts a change of a site under its lock.
    public init(_ site: Site, lock: StoreLock) throws {
        self.site = site
        self.lock = lock
        kernel = site.kernel(holding: lock.file)
        let rebuilt = try site.rebuildHead(through: kernel)
        unchanged = try site.unchanged(through: kernel)
        situation =
            try unchanged == nil
            ? site.look(through: kernel) : Situation(unseen: site.store)
        standingFound = rebuilt.map { .headRebuilt($0) } ?? situation.standing
        restartFound = situation.restart
        trialFound = situation.trial
        trialRestartFound = situation.trialRestart
        endedOverdueTrial = situation.overdueTrial != nil
        try settle()
    }

    /// The number of the generation that the next change makes.
    public mutating func numberToCome() throws -> Int {
        try look()
        return situation.nextNumber
    }

    /// The number of the generation that decides, or should.
    public var currentNumber: Int? { situation.head.current }

    private mutating func settle() throws {
        if case .over = situation.trial { return try settleTrial() }
        let settled = situation.settled
        if settled != situation.head {
            // What can't be noted now, the next run finds again. A disk that is full must keep neither
            // a table from being restored nor a trial from being cancelled.
            do throws(StoreError) { try site.store.write(settled) } catch { isUnsettled = true }
        }
        situation.head = settled
    }

    /// Looks at the kernel, unless that was done.
    mutating func look() throws {
        guard unchanged != nil else { return }
        situation = try site.look(through: kernel)
        unchanged = nil
        try settle()
    }

    /// Takes the kernel to hold what nothing can have changed, or looks.
    private mutating func assume() throws {
        guard let unchanged else { return }
        if let unseen = try site.unseen(holding: unchanged) {
            situation = unseen
        } else {
            try look()
        }
    }

    /// The generation that is live, or should be.
    var current: Generation? { situation.current }
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
        let kept = try KeptRuleset(wanted)
        if let unchanged, kept.digest == unchanged.digest {
            return .nothing(generation: unchanged.number, unchanged: wanted.redirectCount)
        }
        try assume()
        if !adopting { try refuseForeignTable() }
        if let current, current.ruleset == wanted { return try restore(current) }
        return try advance(to: kept, for: request, origin: .apply)
    }

    /// Refuses to go on where anything is not as it was when a saved plan was made.
    ///
    /// - Throws: ``StalePlan``; nothing has happened then.
    public mutating func require(
        _ plan: SavedPlan,
        for ruleset: Ruleset,
        _ request: Request
    ) throws {
        try plan.check(ruleset, for: request, in: site.store)
        try look()
        try refusePendingTrial()
        try plan.check(situation)
    }

    /// Makes the kernel hold the current generation again, unless `inspect` throws.
    public mutating func restore(
        adopting: Bool = false,
        inspect: Inspection = { _, _ in }
    ) throws -> Change {
        try refusePendingTrial()
        if let unchanged {
            guard let ruleset = try site.store.generation(unchanged.number).ruleset else {
                return .nothingToRemove
            }
            return .nothing(generation: unchanged.number, unchanged: ruleset.redirectCount)
        }
        guard let current else {
            try refuseForeignTable()
            throw ApplyError.noGeneration
        }
        if !adopting { try refuseForeignTable() }
        try inspect(current, site.store)
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
        try inspect(target, site.store)
        if let current, current.ruleset == target.ruleset { return try restore(current) }
        return try advance(to: target.kept, for: request, origin: .rollback, taking: target)
    }

    /// The generation that a rollback returns to.
    mutating func target(ofRollbackTo number: Int?) throws -> Generation {
        try look()
        try refusePendingTrial()
        let target = try situation.rollbackTarget(number, in: site.store)
        try refuseForeignTable()
        return target
    }

    /// Takes the table away.
    public mutating func remove(for request: Request) throws -> Change {
        try look()
        try refusePendingTrial()
        try refuseForeignTable()
        guard situation.table != nil || current?.ruleset != nil else { return .nothingToRemove }
        return try advance(to: KeptRuleset(nil), for: request, origin: .remove)
    }

    /// Refuses whatever would change anything beside a trial.
    public func refusePendingTrial() throws {
        guard let pending = situation.trial?.pending else { return }
        throw ApplyError.trialPending(
            pending.trial,
            table: site.table,
            deadline: pending.deadline
        )
    }

    func refuseForeignTable() throws {
        if situation.hasForeignTable { throw ApplyError.foreignTable(site.table) }
        if case .otherLineage(let found, let expected) = situation.standing {
            throw ApplyError.otherLineage(table: site.table, found: found, expected: expected)
        }
    }
}
