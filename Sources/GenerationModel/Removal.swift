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

    /// How many of a hundred redirects are removed, rounded up.
    public var percentage: Int {
        total == 0 ? 0 : (removed.count * 100 + total - 1) / total
    }
}

extension Plan {
    /// The redirects that the plan takes away: of the current generation, and of what is live beside it.
    public var removal: Removal {
        let before = live.snapshot?.current?.ruleset?.redirects ?? []
        let gone = before.subtracting(wanted.ruleset?.redirects ?? [])
            .union(difference.redirects.lazy.filter { $0.kind == .remove }.map(\.name))
        return Removal(removed: gone.sorted(), total: before.union(gone).count)
    }
}
