/// What becomes of one redirect between the kernel's table and the wanted ruleset.
public struct RedirectChange: Sendable, Hashable {
    /// The kinds of change.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// The kernel does not have it.
        case add
        /// The kernel has it, but not as its policy says.
        case change
        /// The kernel has it as its policy says, but in another place of the order.
        case move
        /// The kernel has it as its policy says, in rules that another version laid out.
        case layout
        /// The kernel has it, and it is not wanted.
        case remove
    }

    /// The redirect's name.
    public let name: String

    /// What becomes of it.
    public let kind: Kind

    /// Creates a change.
    public init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}
