/// How many redirects a change adds, changes, removes and leaves as they are.
public struct ChangeCounts: Sendable, Hashable, Codable {
    /// Redirects that were not there before.
    public let added: Int

    /// Redirects with other rules, or in another place of the order.
    public let changed: Int

    /// Redirects that are not there any more.
    public let removed: Int

    /// Redirects that stay as they are.
    public let unchanged: Int

    /// Creates counts.
    public init(added: Int, changed: Int, removed: Int, unchanged: Int) {
        self.added = added
        self.changed = changed
        self.removed = removed
        self.unchanged = unchanged
    }
}

extension Difference {
    /// How many redirects its commands add, change and remove, and how many they leave.
    public var counts: ChangeCounts {
        ChangeCounts(
            added: redirects.count { $0.kind == .add },
            changed: redirects.count { $0.kind == .change || $0.kind == .move },
            removed: redirects.count { $0.kind == .remove },
            unchanged: unchanged
        )
    }
}
