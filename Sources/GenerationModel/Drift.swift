public import RulesetModel
public import TableDiff

/// Whether the kernel's table is what a generation says.
public indirect enum Drift: Sendable, Hashable {
    /// The table is what the generation says.
    case none
    /// The table is missing or differs.
    case differs(Difference)
    /// The generation removed the table, and there is one again.
    case tableIsBack

    /// The commands that repair the table, in the order of one transaction.
    public var commands: [NftCommand] {
        switch self {
        case .none: []
        case .differs(let difference): difference.commands
        case .tableIsBack: [.deleteTable]
        }
    }
}

extension Generation {
    /// How a table, or the lack of one, differs from what the generation says.
    ///
    /// After a removal, a table of that name is foreign as a whole.
    public func drift(in table: LiveTable?) -> Drift {
        guard let ruleset else { return table == nil ? .none : .tableIsBack }
        let difference = Difference(live: table, wanted: ruleset, marker: marker)
        return difference.isEmpty ? .none : .differs(difference)
    }

    /// Whether a table, or the lack of one, says that the kernel has switched to the generation.
    public func isMarked(in table: LiveTable?) -> Bool {
        guard let expectedMarker else { return table == nil }
        return table?.markers.contains(expectedMarker) == true
    }

    /// The marker that the kernel's table has while the generation is live; `nil` after a removal.
    public var expectedMarker: Marker? { ruleset == nil ? nil : marker }
}
