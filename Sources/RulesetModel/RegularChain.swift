/// A chain that rules of a base chain jump to.
public struct RegularChain: Sendable, Hashable, Codable {
    /// The chain's name.
    public var name: String

    /// The rules, in the order in which they are tried.
    public var rules: [Rule]

    /// Creates a chain.
    public init(name: String, rules: [Rule] = []) {
        self.name = name
        self.rules = rules
    }
}
