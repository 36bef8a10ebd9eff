public import GenerationModel
import RulesetModel

extension Snapshot {
    /// The generation that a rollback goes to: without a number, the one before the current one, or
    /// before those in which the table only drained.
    public func rollbackTarget(_ number: Int?, in store: Store) throws -> Generation {
        guard let current else {
            if case .otherLineage(let found, let expected) = reconciliation, let table {
                throw ApplyError.otherLineage(table: table.name, found: found, expected: expected)
            }
            throw ApplyError.noGeneration
        }
        if let number { return try store.generation(number) }
        var next = current.manifest.parent
        while let number = next {
            let generation = try store.generation(number)
            guard generation.ruleset?.isDraining == true else { return generation }
            next = generation.manifest.parent
        }
        throw ApplyError.nothingBefore(current.manifest.number)
    }
}

extension Snapshot {
    /// The snapshot where nothing can have changed, with nothing of the kernel's in it.
    init(unseen store: Store) throws(StoreError) {
        try self.init(unseen: store, current: nil)
    }

    /// The snapshot where nothing can have changed since the kernel was seen to hold a generation.
    ///
    /// The table's handles, and what it has counted, are not known.
    init(holding current: Generation, in store: Store) throws(StoreError) {
        try self.init(unseen: store, current: current)
        seen = head.verified
    }

    private init(unseen store: Store, current: Generation?) throws(StoreError) {
        self.init(
            head: try store.head(),
            current: current,
            table: current.flatMap { generation in
                generation.ruleset.map { LiveTable(holding: $0, marker: generation.marker) }
            },
            reconciliation: .inStep,
            trial: nil,
            remains: nil,
            restart: nil,
            numbers: try store.numbers()
        )
    }
}
