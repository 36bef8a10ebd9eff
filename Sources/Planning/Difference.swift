public import RulesetModel

/// How the kernel's table differs from what it should hold, and the commands that mend it.
///
/// Both are compared as models: counter values, handles and the order of list elements never
/// count; the order of rules does.
public struct Difference: Sendable, Hashable {
    /// Redirects that are not as wanted, in the order of the wanted rules.
    public let redirects: [RedirectChange]

    /// How many redirects are as wanted.
    public let unchanged: Int

    /// Things in the table that no policy of ours put there.
    public let foreign: [ForeignObject]

    /// What is wrong with the table itself.
    public let structure: [StructuralChange]

    /// The commands that turn the one into the other, in the order of one transaction.
    public let operations: [Operation]

    /// Whether the table is as wanted, marker included.
    public var isEmpty: Bool { operations.isEmpty }

    /// Whether anything but the marker differs.
    public var isSubstantial: Bool { operations.contains { !$0.isAboutMarker } }

    /// Compares a table, or the lack of one, with a ruleset that is to bear a marker.
    public init(live: LiveTable?, wanted: Ruleset, marker: Marker) {
        let nothing = LiveTable(name: wanted.table)
        var comparison = TableComparison(live: live?.ifAwake ?? nothing)
        comparison.compareMaps(wanted)
        let chains = wanted.wantedChains.map { comparison.compare($0) }
        comparison.compareForeign(wanted)
        comparison.compareCounters(wanted)
        comparison.compareMarker(marker)
        let redirects = RedirectComparison(chains, maps: wanted.maps, live: comparison.live)
        self.redirects = redirects.changes
        unchanged = redirects.unchanged
        foreign = comparison.foreign
        switch live {
        case nil:
            structure = [.tableMissing]
            operations = [.addTable] + comparison.batch.operations
        case let live? where live.isDormant || live.hasUnspeakableName:
            structure = [live.isDormant ? .tableDormant : .tableReplaced]
            let anew = Difference(live: nil, wanted: wanted, marker: marker)
            operations = [.addTable, .deleteTable] + anew.operations
        default:
            structure = comparison.structure
            operations = comparison.batch.operations
        }
    }
}

extension Difference {
    /// No difference from a ruleset that the kernel is known to hold.
    public init(noneFrom wanted: Ruleset) {
        redirects = []
        unchanged = wanted.redirectCount
        foreign = []
        structure = []
        operations = []
    }
}

extension LiveTable {
    /// The table, unless it is dormant: then what it holds is not known, and has no effect.
    fileprivate var ifAwake: LiveTable? { isDormant ? nil : self }
}
