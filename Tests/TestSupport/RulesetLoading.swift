public import RulesetModel

extension Ruleset {
    /// So many elements one command adds.
    ///
    /// Up to 1.1.2, libnftables stores an element with bytes the wrong way round where it is the first
    /// that does not fit into the 64 KiB of one message, and its map has both ranges and numbers in the
    /// machine's own order. No element takes more than 400 bytes.
    private static let chunk = 150

    /// The script as commands; where a map has many elements, these apart.
    public var commands: [String] {
        guard maps.contains(where: { $0.elements.count > Self.chunk }) else { return [script] }
        var bare = self
        bare.maps = maps.map { LookupMap(name: $0.name, type: $0.type, elements: []) }
        return [bare.script]
            + maps.flatMap { map in
                stride(from: 0, to: map.elements.count, by: Self.chunk).map { first in
                    let elements = map.elements.dropFirst(first).prefix(Self.chunk)
                    let texts = elements.map { map.type.text(of: $0) }.joined(separator: ", ")
                    return "add element inet \(table) \(map.name) { \(texts) }"
                }
            }
    }
}
