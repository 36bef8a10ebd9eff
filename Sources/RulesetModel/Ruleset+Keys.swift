extension Ruleset {
    /// The ruleset with only those elements of its maps that have one of these keys, by the map's
    /// name.
    public func narrowed(to keys: [String: [MapKey]]) -> Ruleset {
        var ruleset = self
        ruleset.maps = maps.map { map in
            let keys = Set(keys[map.name] ?? [])
            let elements = keys.isEmpty ? [] : map.elements.filter { keys.contains($0.key) }
            return LookupMap(name: map.name, type: map.type, elements: elements)
        }
        return ruleset
    }
}
