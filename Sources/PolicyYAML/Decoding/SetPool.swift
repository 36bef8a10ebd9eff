/// Sets of few values, each made once: a large policy has the same ones in all of its redirects.
struct SetPool<Value: Hashable> {
    private var known: [[Value]: Set<Value>] = [:]

    /// The set of some values.
    mutating func set(of values: [Value]) -> Set<Value> {
        if let set = known[values] { return set }
        let set = Set(values)
        known[values] = set
        return set
    }
}
