public import Planning
public import RulesetModel

/// What store and kernel held at one look.
public struct Situation: Sendable {
    /// The store's head as it was read.
    public internal(set) var head: Head

    /// The generation that should be live; the intent, where the kernel already holds it.
    public internal(set) var current: Generation?

    /// The kernel's table.
    public let table: LiveTable?

    /// How the two stand to each other.
    public let standing: Standing

    /// Why the kernel may hold nothing of what was applied, without anybody's doing.
    public let restart: Restart?

    /// The numbers of all recorded generations, ascending.
    let numbers: [Int]

    /// The number of the generation that the next change makes.
    ///
    /// It is one that neither the store nor the kernel has ever used.
    public var nextNumber: Int {
        let used =
            numbers + [head.current, head.intent].compactMap { $0 } + head.outcomes.keys
            + (table?.markers.map(\.number) ?? [])
        return (used.max() ?? 0) + 1
    }

    /// The head with what the marker tells of a command that was killed.
    var settled: Head {
        var head = head
        guard let intent = head.intent, standing != .dormant else { return head }
        head.intent = nil
        if case .intentHappened = standing {
            head.current = intent
            head.confirmed = intent
        } else {
            head.outcomes[intent] = .abandoned
        }
        return head
    }

    /// Whether the current generation is that there be no table.
    public var isRemoved: Bool { current.map { $0.ruleset == nil } ?? false }

    /// How the kernel's table differs from the current generation.
    ///
    /// Nothing where no generation was ever applied. After a removal, a table that is there again
    /// is foreign as a whole.
    public var drift: Drift? {
        guard let current else { return nil }
        guard let wanted = current.ruleset else {
            return table == nil ? Drift.none : .tableIsBack
        }
        let difference = Difference(live: table, wanted: wanted, marker: current.marker)
        return difference.isEmpty ? Drift.none : .differs(difference)
    }
}

/// Why the kernel starts anew with no table at all.
public enum Restart: Sendable, Hashable {
    /// The machine was started since.
    case machine
    /// The network namespace is another one of the same name.
    case namespace
}

/// Whether the kernel's table is what the current generation says.
public enum Drift: Sendable, Hashable {
    /// It is.
    case none
    /// It is not.
    case differs(Difference)
    /// It was removed, and there is one again.
    case tableIsBack
}
