/// A generation in the history: what it is, and what became of it.
public struct PastGeneration: Sendable {
    /// What became of a generation.
    public enum Fate: Sendable, Hashable {
        /// It is what the kernel should hold.
        case current
        /// It is on trial until then.
        case onTrial(deadline: Int)
        /// It was, until another one came.
        case replaced
        /// It never was.
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
