/// What is not as it was when the current generation was applied.
public enum ChangedSide: String, Sendable, Hashable, Codable {
    /// The policy asks for something else.
    case policy
    /// The kernel's table has something else.
    case kernel
    /// Each has something else.
    case both
}
