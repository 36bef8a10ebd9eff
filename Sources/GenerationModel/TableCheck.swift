/// How a table compares with the current generation, or with a policy.
public struct TableCheck: Sendable {
    /// What was read; `nil` if another process has the table for itself.
    public let live: TableReading?

    /// The current generation; `nil` if nothing was ever applied.
    public let generation: Manifest?

    /// How the table differs; `nil` if there is nothing to compare it with.
    public let drift: Drift?

    /// Whether another process has the table for itself (`flags owner`), so that it can't be read.
    public let isOwnedByOther: Bool

    /// Creates the result of a comparison.
    public init(
        live: TableReading?,
        generation: Manifest?,
        drift: Drift?,
        isOwnedByOther: Bool = false
    ) {
        self.live = live
        self.generation = generation
        self.drift = drift
        self.isOwnedByOther = isOwnedByOther
    }
}
