/// A named map: what becomes of connections, by what they are.
public struct LookupMap: Sendable, Hashable {
    /// The map's name.
    public var name: String

    /// What it is, without its elements.
    public var type: MapType

    /// Its elements, ascending by key; no two keys overlap.
    public private(set) var elements: [MapElement]

    /// Creates a map; of elements with the same key, the last counts.
    public init(name: String, type: MapType, elements: some Sequence<MapElement>) {
        self.name = name
        self.type = type
        let given = Array(elements)
        if zip(given, given.dropFirst()).allSatisfy({ $0.key < $1.key }) {
            self.elements = given
            return
        }
        let sorted = given.enumerated().sorted {
            ($0.element.key, $0.offset) < ($1.element.key, $1.offset)
        }
        self.elements = sorted.indices
            .filter { next in
                next + 1 == sorted.count || sorted[next].element.key != sorted[next + 1].element.key
            }
            .map { sorted[$0].element }
    }
}

extension LookupMap {
    /// The most elements that the kernel is to allow it when it is made; `nil` for no limit.
    public var size: Int? { type.size(for: elements.count) }
}

/// The look-up that a rule makes in a map.
public struct Lookup: Sendable, Hashable, Codable {
    /// The map's name.
    public var map: String

    /// The fields by which it looks up.
    public var key: [KeyField]

    /// Creates a lookup.
    public init(_ map: String, by key: [KeyField]) {
        self.map = map
        self.key = key
    }
}
