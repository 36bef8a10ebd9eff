public import RulesetModel

/// A rule with its place: one that stands in a chain, or what an element of a map says.
public struct PlacedRule: Sendable, Hashable {
    /// The chain of the rule, or of the rule that uses the map.
    public let chain: String

    /// The hook from which the chain is reached, where it is.
    public let hook: Hook?

    /// The rule; for an element, the one that would say the same.
    public let rule: Rule

    /// What becomes of ports, where a map says that.
    let ports: ShiftedPorts?

    /// The element that says it; nothing for a rule that stands in the chain itself.
    let found: FoundElement?

    /// What the connection's source becomes, if the rule gives the connection a label for that.
    let source: [Statement]

    /// Hashes what differs between the rules of a redirect; its own map can be very long.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(chain)
        hasher.combine(rule)
        hasher.combine(found)
    }

    /// Whether every connection at the hook gets as far as this rule, unless one before it decides.
    var isInBaseChain: Bool { chain == hook?.rawValue }

    /// Where it is, and what it says in nft's language: `output: RULE`, or `map NAME: KEY : VALUE`.
    public var line: String {
        found.map { "\($0.keyword) \($0.lookup.map): \($0.text)" } ?? "\(chain): \(rule.text)"
    }
}

/// An element of a map, with the question that finds it.
struct FoundElement: Sendable, Hashable {
    let element: MapElement
    let lookup: Lookup

    init(_ element: MapElement, by lookup: Lookup) {
        self.element = element
        self.lookup = lookup
    }

    var text: String { lookup.line(of: element) }

    /// The word for what has the element, in nft's language.
    var keyword: String { element.value == .member ? "set" : "map" }
}

extension Lookup {
    /// An element that the look-up finds, in nft's language: `KEY : VALUE`, or `KEY` in a set.
    public func line(of element: MapElement) -> String {
        let key = text(of: element.key)
        return element.value == .member ? key : "\(key) : \(element.value.text)"
    }
}

extension PlacedRule {
    /// The same as an object in the table that no policy put there.
    var object: ForeignObject {
        guard let found else {
            return ForeignObject(
                LiveRule(handle: 0, content: .known(rule)),
                in: "chain \(chain)"
            )
        }
        return ForeignObject.elements(
            [found.element],
            ofMap: found.lookup.map,
            key: found.lookup.key,
            isSet: found.element.value == .member
        )[0]
    }
}
