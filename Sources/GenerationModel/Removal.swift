import RulesetModel
import TableDiff

/// The redirects that a change takes away.
public struct Removal: Sendable, Hashable {
    /// The names of the redirects that are not wanted any more, in alphabetical order.
    public let removed: [String]

    /// How many redirects there are before the change.
    public let total: Int

    /// Creates a removal.
    public init(removed: [String], total: Int) {
        self.removed = removed
        self.total = total
    }
}

extension Plan {
    /// The redirects that the plan takes away.
    ///
    /// For another policy, those of the current generation count that somebody has deleted from the
    /// kernel: they are wanted. Whoever removes the table wants none.
    public var removal: Removal {
        let live = Set(difference.redirects.lazy.filter { $0.kind == .remove }.map(\.name))
        let counts = difference.counts
        let liveTotal = counts.changed + counts.removed + counts.unchanged
        switch origin {
        case .remove, .drain: return Removal(removed: live.sorted(), total: liveTotal)
        case .apply, .rollback:
            let current = self.live.snapshot?.current?.ruleset?.redirects ?? []
            let gone = current.subtracting(wanted.ruleset?.redirects ?? []).union(live)
            return Removal(removed: gone.sorted(), total: max(current.union(gone).count, liveTotal))
        }
    }
}
