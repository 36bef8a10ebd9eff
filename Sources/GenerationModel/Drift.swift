public import Planning
public import RulesetModel

/// Whether the kernel's table is what a generation says.
public enum Drift: Sendable, Hashable {
    /// It is.
    case none
    /// It is not.
    case differs(Difference)
    /// It was removed, and there is one again.
    case tableIsBack

    /// The commands that mend it, in the order of one transaction.
    public var commands: [NftCommand] {
        switch self {
        case .none: []
        case .differs(let difference): difference.commands
        case .tableIsBack: [.deleteTable]
        }
    }

    /// Whether the commands depend on more than what the table holds.
    public var needsListing: Bool {
        guard case .differs(let difference) = self else { return false }
        return difference.needsListing
    }
}

extension Generation {
    /// How a table, or the lack of one, differs from what the generation says.
    ///
    /// After a removal, a table that is there again is foreign as a whole.
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

    /// The marker that the kernel bears while it holds the generation; none after a removal.
    public var expectedMarker: Marker? { ruleset == nil ? nil : marker }
}
