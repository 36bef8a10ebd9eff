public import RulesetModel
public import TableDiff

/// What a table is to become.
public enum Goal: Sendable {
    /// The ruleset of a policy.
    case apply(Ruleset)
    /// The current generation: what differs from it in the kernel is restored.
    case restore
    /// An earlier generation; without a number, the one before the current one.
    case rollBack(to: Int?)
    /// No redirects, while established connections are still translated.
    case drain
    /// No table.
    case remove
}

/// The change that brings a table to a goal.
///
/// `plan`, `apply`, `rollback`, `diff POLICY`, `remove` and saved plans all use this one value. Making
/// a plan changes nothing.
public struct Plan: Sendable {
    /// What becomes of the generations.
    public enum Step: Sendable, Hashable {
        /// There is no table, and none is wanted.
        case none
        /// The current generation stays; the kernel's table is brought back to it.
        case restore
        /// A new generation becomes the current one.
        case advance
    }

    /// The table's name.
    public let table: String

    /// What is live, and how much of it was read.
    public let live: TableReading

    /// What becomes of the generations.
    public let step: Step

    /// The command that a new generation comes from.
    public let origin: Manifest.Origin

    /// The number of the current generation; `nil` if nothing was ever applied.
    public let current: Int?

    /// The number of the generation that is current afterwards.
    public let next: Int

    /// The ruleset that is wanted, as the store keeps it.
    public let wanted: EncodedRuleset

    /// The generation that has this ruleset already; `nil` if a policy was just compiled.
    ///
    /// For a restore, that is the current one; for a rollback, an earlier one.
    public let source: Generation?

    /// How the table differs from what is wanted, and the commands that change it.
    public var difference: Difference

    /// What has changed since the current generation was applied, if a policy is to be applied; `nil` if
    /// nothing has.
    public var changedSide: ChangedSide?

    /// Creates a plan from parts that belong together.
    public init(
        table: String,
        live: TableReading,
        step: Step,
        origin: Manifest.Origin,
        current: Int?,
        next: Int,
        wanted: EncodedRuleset,
        source: Generation?,
        difference: Difference
    ) {
        self.table = table
        self.live = live
        self.step = step
        self.origin = origin
        self.current = current
        self.next = next
        self.wanted = wanted
        self.source = source
        self.difference = difference
    }
}

extension Plan {
    /// A trial that is still in effect although it should be over; an apply ends it.
    public var overdueTrial: OverdueTrial? { live.snapshot?.overdueTrial }

    /// Whether an apply would change anything in the kernel.
    public var isEmpty: Bool { difference.isEmpty && overdueTrial == nil }

    /// Whether the commands depend on handles or counters of the table that were not read.
    public var needsListing: Bool { !live.reaches(.listed) && difference.needsListing }
}
