/// A generation in the history: what it is, and what became of it.
public struct PastGeneration: Sendable {
    /// What became of a generation.
    public enum Fate: Sendable, Hashable {
        /// The current generation.
        case current
        /// On trial until the deadline: seconds since 1970, UTC.
        case onTrial(deadline: Int)
        /// Formerly current; another generation replaced it.
        case replaced
        /// Never current.
        case never(Head.Outcome)
    }

    /// Who made it, when, from what.
    public let manifest: Manifest

    /// What became of it.
    public let fate: Fate

    /// Creates an entry of the history.
    public init(manifest: Manifest, fate: Fate) {
        self.manifest = manifest
        self.fate = fate
    }
}
