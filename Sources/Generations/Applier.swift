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
    /// The current generation, as long as the kernel was not looked at because nothing can have
    /// changed.
    private var unchanged: Manifest?
    private let lock: StoreLock

    /// What was found and repaired on the way in.
    public let standingFound: Standing

    /// Starts a change of a site under its lock.
    public init(_ site: Site, lock: StoreLock) throws {
        self.site = site
        self.lock = lock
        kernel = site.kernel(holding: lock.file)
        unchanged = try site.unchanged(through: kernel)
        situation =
            try unchanged == nil
            ? site.look(through: kernel) : Situation(unseen: site.store)
        standingFound = situation.standing
        try settle()
    }

    private mutating func settle() throws {
        let settled = situation.settled
        if settled != situation.head { try site.store.write(settled) }
        situation.head = settled
    }

    /// Looks at the kernel, unless that was done.
    mutating func look() throws {
        guard unchanged != nil else { return }
        situation = try site.look(through: kernel)
        unchanged = nil
        try settle()
    }

    /// The generation that is live, or should be.
    private var current: Generation? { situation.current }
}

// MARK: - Changes

extension Applier {
    /// Makes the kernel hold a ruleset.
    ///
    /// A ruleset that is current already makes no new generation: what differs is put back. A table
    /// that redirctl did not make is only taken over when `adopting` says so.
    public mutating func apply(
        _ wanted: Ruleset,
        for request: Request,
        adopting: Bool = false
    ) throws -> Change {
        if let unchanged, try site.store.digest(of: wanted) == unchanged.digest {
            return .nothing(generation: unchanged.number, unchanged: wanted.redirectCount)
        }
        try look()
        if !adopting { try refuseForeignTable() }
        if let current, current.ruleset == wanted { return try restore(current) }
        return try advance(to: wanted, for: request, origin: .apply)
    }

    /// Makes the kernel hold the current generation again, unless `inspect` throws.
    public mutating func restore(
        inspect: (Generation) throws -> Void = { _ in }
    ) throws -> Change {
        if let unchanged {
            guard let ruleset = try site.store.generation(unchanged.number).ruleset else {
                return .nothingToRemove
            }
            return .nothing(generation: unchanged.number, unchanged: ruleset.redirectCount)
        }
        guard let current else { throw ApplyError.noGeneration }
        try refuseForeignTable()
        try inspect(current)
        return try restore(current)
    }

    /// Makes the kernel hold what an earlier generation held, as a new generation.
    ///
    /// Without a number, that is the one before the current one. Nothing happens where `inspect`
    /// throws.
    public mutating func rollBack(
        to number: Int?,
        for request: Request,
        inspect: (Generation) throws -> Void = { _ in }
    ) throws -> Change {
        try look()
        guard let current else { throw ApplyError.noGeneration }
        try refuseForeignTable()
        guard let number = number ?? current.manifest.parent else {
            throw ApplyError.nothingBefore(current.manifest.number)
        }
        let target = try site.store.generation(number)
        try inspect(target)
        if current.ruleset == target.ruleset { return try restore(current) }
        return try advance(to: target.ruleset, for: request, origin: .rollback, taking: target)
    }

    /// Takes the table away.
    public mutating func remove(for request: Request) throws -> Change {
        try look()
        try refuseForeignTable()
        guard situation.table != nil || current?.ruleset != nil else { return .nothingToRemove }
        return try advance(to: nil, for: request, origin: .remove)
    }

    func refuseForeignTable() throws {
        if situation.hasForeignTable { throw ApplyError.foreignTable(site.table) }
    }
}
