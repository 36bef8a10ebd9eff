import RulesetModel

/// How the elements of a map in the kernel differ from what they should be.
struct MapComparison {
    /// The commands that remove what is not wanted.
    let removals: [Operation]

    /// The commands that add what is missing.
    let additions: [Operation]

    init(wanted: PortMap, live: PortMap?) {
        let present = Set(live?.pairs ?? [])
        let needed = Set(wanted.pairs)
        // What has another value goes and comes again, in one transaction.
        removals = (live?.pairs ?? []).filter { !needed.contains($0) }.inCommands
            .map { .deleteElements($0, map: wanted.name) }
        additions = wanted.pairs.filter { !present.contains($0) }.inCommands
            .map { .addElements($0, map: wanted.name) }
    }
}

extension [PortPair] {
    /// Parts that make a command of a readable length each.
    fileprivate var inCommands: [[PortPair]] {
        stride(from: 0, to: count, by: 400).map { Array(self[$0..<Swift.min($0 + 400, count)]) }
    }
}
