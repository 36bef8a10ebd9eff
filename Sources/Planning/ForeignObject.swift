/// Something in the table that no policy of ours put there.
public struct ForeignObject: Sendable, Hashable, Encodable {
    /// What it is, in nft's word, such as `rule`, `chain` or `map`.
    public let kind: String

    /// The chain that holds it and where in the chain, if it is a rule.
    public let place: String?

    /// The rule as nft prints it, or the object's name.
    public let text: String
}
