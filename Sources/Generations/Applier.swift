import Glibc
import Nftables
import Planning
public import RulesetModel

/// Carries out changes: under the lock, with a generation for each, one transaction at a time.
///
/// The order of its steps is what makes a change safe: the generation is durable, then the intent,
/// then the kernel switches, then the head is durable. ``Standing`` says what each instant at which
/// a command can be killed leaves behind; the next one under the lock repairs it.
public struct Applier {
    let site: Site
    let kernel: any Kernel
    var situation: Situation
    private let lock: StoreLock

    /// What was found and repaired on the way in.
    public let standingFound: Standing

    /// Starts a change of a site under its lock.
    public init(_ site: Site, lock: StoreLock) throws {
        self.site = site
        self.lock = lock
        kernel = site.kernel(holding: lock.file)
        situation = try site.look(through: kernel)
        standingFound = situation.standing
        let settled = situation.settled
        if settled != situation.head { try site.store.write(settled) }
        situation.head = settled
    }

    /// The generation that is live, or should be.
    public var current: Generation? { situation.current }
}

// MARK: - Apply

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
        if !adopting { try refuseForeignTable() }
        if let current, current.ruleset == wanted { return try restore(current, wanted) }
        return try advance(to: wanted, for: request, origin: .apply)
    }

    /// Makes the kernel hold the current generation again.
    public mutating func restore() throws -> Change {
        guard let current, let wanted = current.ruleset else { throw ApplyError.noGeneration }
        return try restore(current, wanted)
    }

    /// Makes the kernel hold what an earlier generation held, as a new generation.
    ///
    /// Without a number, that is the one before the current one.
    public mutating func rollBack(to number: Int?, for request: Request) throws -> Change {
        guard let current else { throw ApplyError.noGeneration }
        let target = try site.store.generation(number ?? generationBefore(current))
        guard let wanted = target.ruleset else {
            return try takeAway(for: request, origin: .rollback, restores: target.manifest.number)
        }
        if current.ruleset == wanted { return try restore(current, wanted) }
        return try advance(to: wanted, for: request, origin: .rollback, from: target)
    }

    /// Takes the table away.
    public mutating func remove(for request: Request) throws -> Change {
        try refuseForeignTable()
        guard situation.table != nil || current?.ruleset != nil else { return .nothingToRemove }
        return try takeAway(for: request, origin: .remove, restores: nil)
    }

    private func refuseForeignTable() throws {
        guard let table = situation.table, situation.head.current == nil, table.markers.isEmpty,
            !table.isVoid
        else { return }
        throw ApplyError.foreignTable(site.table)
    }

    private func generationBefore(_ current: Generation) throws -> Int {
        let number = current.manifest.number
        let outcomes = situation.head.outcomes
        guard
            let before = try site.store.numbers().last(where: {
                $0 < number && outcomes[$0] == nil
            })
        else { throw ApplyError.nothingBefore(number) }
        return before
    }
}

extension LiveTable {
    /// Whether nobody has put anything into the table yet.
    fileprivate var isVoid: Bool { chains.isEmpty && counters.isEmpty && others.isEmpty }
}
