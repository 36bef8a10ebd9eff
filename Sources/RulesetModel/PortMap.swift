public import Addressing

/// A map from port to port: `type inet_service : inet_service`.
///
/// nft has no statement that shifts a range of ports; a map with an element for each does it.
public struct PortMap: Sendable, Hashable, Codable {
    /// The map's name.
    public var name: String

    /// Its elements, ascending by key; no key is there twice.
    public private(set) var pairs: [PortPair]

    /// Creates a map; of pairs with the same key, the last counts.
    public init(name: String, pairs: some Sequence<PortPair>) {
        self.name = name
        let byKey = Dictionary(pairs.map { ($0.from, $0) }) { _, last in last }
        self.pairs = byKey.values.sorted { $0.from < $1.from }
    }
}

/// An element of a ``PortMap``.
public struct PortPair: Sendable, Hashable {
    /// The key.
    public let from: Port

    /// The value.
    public let to: Port

    /// Creates a pair.
    public init(from: Port, to: Port) {
        self.from = from
        self.to = to
    }

    /// The element in nft's language.
    public var text: String { "\(from) : \(to)" }
}

extension PortPair: TextCoded {
    /// The pair as `1000>5000`.
    public var description: String { "\(from)>\(to)" }

    /// Reads what ``description`` writes.
    public init?(stored text: String) {
        let ends = text.split(separator: ">").map { Port(stored: String($0)) }
        guard ends.count == 2, let from = ends[0], let to = ends[1] else { return nil }
        self.init(from: from, to: to)
    }
}
