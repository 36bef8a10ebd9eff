public import GenerationModel

/// What came of putting back what differs from the current generation.
public enum HealingReport: Sendable {
    /// The current generation is in effect again.
    case done(ChangeReport)
    /// The table still differs, for a reason.
    case failed(reason: String)

    /// Whether the current generation is in effect again.
    public var isDone: Bool { if case .done = self { true } else { false } }

    /// Whether it was this healing that put it back.
    var isRestoration: Bool {
        if case .done(let report) = self, case .restored = report.change { true } else { false }
    }
}

extension TableCheck {
    /// Whether the table differs from what it should be, and was not healed.
    public func isStillDrifted(after healing: HealingReport?) -> Bool {
        isDrifted && healing?.isDone != true
    }
}

/// How a table differs from what it should contain.
public struct DriftReport: Sendable {
    /// The table with its differences.
    public let reading: TableCheck

    /// How many entries of each list are printed.
    public let limit: Int

    /// The connections that the policy sends elsewhere; `nil` if there are no two policies.
    public let connections: ConnectionsReport?

    /// Whether the nftables commands are printed, too.
    public let showsObjects: Bool

    /// What came of putting back what differs; `nil` if that was not asked for.
    public let healing: HealingReport?

    /// Creates a report.
    public init(
        _ reading: TableCheck,
        atMost limit: Int,
        connections: ConnectionsReport? = nil,
        showsObjects: Bool = false,
        healing: HealingReport? = nil
    ) {
        self.connections = connections
        self.healing = healing
        self.reading = reading
        self.limit = limit
        self.showsObjects = showsObjects
    }
}
