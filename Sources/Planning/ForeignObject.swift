import RulesetModel

/// Something in the table that no policy of ours put there.
public struct ForeignObject: Sendable, Hashable, Encodable {
    /// What it is, in nft's word, such as `rule`, `chain` or `map`.
    public let kind: String

    /// What holds it: for a rule its chain and where in the chain, for an element its map.
    public let place: String?

    /// The rule or element as nft prints it, or the object's name.
    public let text: String
}

extension ForeignObject {
    /// An element of a map.
    init(_ element: MapElement, ofMap map: String, key: [KeyField]) {
        let type = MapType(key: key, value: element.value == .member ? .member : .verdict)
        self.init(
            kind: "element",
            place: "\(type.keyword) \(map)",
            text: type.text(of: element)
        )
    }
}
