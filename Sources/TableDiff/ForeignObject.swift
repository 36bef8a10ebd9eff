import RulesetModel

/// Something in the table that no policy of ours put there.
///
/// Its text is made when it is asked for: there can be very many, of which few are shown.
public struct ForeignObject: Sendable, Hashable, Codable {
    /// What it is, in nft's word, such as `rule`, `chain` or `map`.
    public let kind: String

    /// Where it is: for a rule its chain and its place in the chain, for an element its map.
    public let place: String?

    private let content: Content

    private enum Content: Sendable, Hashable {
        case name(String)
        case rule(LiveRule)
        case element(MapElement, MapType)
    }

    /// The rule or element as nft prints it, or the object's name.
    public var text: String {
        switch content {
        case .name(let name): name
        case .rule(let rule): rule.text
        case .element(let element, let type): type.text(of: element)
        }
    }

    private enum CodingKeys: CodingKey {
        case kind
        case place
        case text
    }

    /// Decodes the three words, which are all that is known then.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        kind = try container.decode(String.self, forKey: .kind)
        place = try container.decodeIfPresent(String.self, forKey: .place)
        content = .name(try container.decode(String.self, forKey: .text))
    }

    /// Encodes the three words.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        try container.encodeIfPresent(place, forKey: .place)
        try container.encode(text, forKey: .text)
    }
}

extension ForeignObject {
    private init(kind: String, place: String?, content: Content) {
        self.kind = kind
        self.place = place
        self.content = content
    }

    /// An object that its name tells.
    init(_ kind: String, _ name: String) {
        self.init(kind: kind, place: nil, content: .name(name))
    }

    /// A rule; `place` is its chain, and where in the chain.
    init(_ rule: LiveRule, in place: String) {
        self.init(kind: "rule", place: place, content: .rule(rule))
    }

    /// Elements of a map or a set.
    static func elements(
        _ elements: [MapElement],
        ofMap map: String,
        key: [KeyField],
        isSet: Bool
    ) -> [ForeignObject] {
        let type = MapType(key: key, value: isSet ? .member : .verdict)
        let place = "\(type.keyword) \(map)"
        return elements.map {
            ForeignObject(kind: "element", place: place, content: .element($0, type))
        }
    }

    /// What tells the object from all others of its table, in whichever words it is said.
    var identity: Identity {
        switch content {
        case .name(let name): .object(kind: kind, name: name)
        case .rule(let rule): .rule(rule.handle)
        case .element(let element, _): .element(map: place, element.key)
        }
    }

    enum Identity: Hashable {
        case object(kind: String, name: String)
        case rule(Handle)
        case element(map: String?, MapKey)
    }

    /// The rule, if only nft has words for it.
    var unreadableRule: LiveRule? {
        guard case .rule(let rule) = content, rule.known == nil else { return nil }
        return rule
    }

    /// The same in nft's words, if it is a rule that these are about.
    func worded(by texts: [Handle: String]) -> ForeignObject {
        guard let rule = unreadableRule, let text = texts[rule.handle] else { return self }
        let worded = LiveRule(handle: rule.handle, content: .foreign(text))
        return ForeignObject(kind: kind, place: place, content: .rule(worded))
    }
}
