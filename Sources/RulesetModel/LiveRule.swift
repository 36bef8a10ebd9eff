/// A rule as the kernel has it.
public struct LiveRule: Sendable, Hashable {
    /// The content of a rule.
    public enum Content: Sendable, Hashable {
        /// A rule that ``Rule`` can express.
        case known(Rule)
        /// Any other rule, as nft prints it.
        case foreign(String)
    }

    /// The kernel's number for it.
    public var handle: Handle

    /// What it says.
    public var content: Content

    /// Creates a rule.
    public init(handle: Handle, content: Content) {
        self.handle = handle
        self.content = content
    }

    /// The rule, if ``Rule`` can express it.
    public var known: Rule? {
        if case .known(let rule) = content { rule } else { nil }
    }

    /// The name of the redirect that the rule says it belongs to.
    public var redirect: String? { known?.comment }

    /// The rule as nft prints it.
    public var text: String {
        switch content {
        case .known(let rule): rule.text
        case .foreign(let text): text
        }
    }
}
