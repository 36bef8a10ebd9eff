/// One rule: what it matches, what it counts, and where it sends what matched.
public struct Rule: Sendable, Hashable, Codable {
    /// What a packet must be for the rule to apply.
    public var selector: Selector

    /// Which of the connections that the selector matches it is for; `nil` means all of them.
    public var draw: LoadBalancing?

    /// The named counter that counts what matched.
    public var counter: String?

    /// What happens to a connection that matched.
    public var statement: Statement

    /// The comment: the name of the redirect that the rule belongs to.
    ///
    /// At most 128 bytes (nft(8)).
    public var comment: String?

    /// Creates a rule.
    public init(
        selector: Selector,
        draw: LoadBalancing? = nil,
        counter: String? = nil,
        statement: Statement,
        comment: String? = nil
    ) {
        self.selector = selector
        self.draw = draw
        self.counter = counter
        self.statement = statement
        self.comment = comment
    }
}

extension Rule {
    /// The look-up that the rule makes in a map or a set; `nil` if it makes none.
    public var lookup: Lookup? { statement.lookup ?? selector.member }
}
