public import RulesetModel

extension Difference {
    /// The keys of the elements that are added or removed, by the map's name; `nil` if there are more
    /// than the limit.
    public func touchedKeys(limit: Int) -> [String: [MapKey]]? {
        guard commands.reduce(0, { $0 + $1.elementCount }) <= limit else { return nil }
        var keys: [String: Set<MapKey>] = [:]
        for command in commands {
            switch command {
            case .addElements(let elements, let map, _):
                keys[map, default: []].formUnion(elements.lazy.map(\.element.key))
            case .deleteElements(let elements, let map, _):
                keys[map, default: []].formUnion(elements.lazy.map(\.key))
            default: break
            }
        }
        return keys.mapValues(Array.init)
    }
}
