public import RulesetModel

/// How the kernel's table differs from the wanted ruleset, and the commands that repair it.
///
/// Both are compared as models: counter values, handles and the order of list elements never
/// count; the order of rules does.
public struct Difference: Sendable, Hashable {
    /// Redirects that are not up to date, in the order of the wanted rules unless they were sorted
    /// (``inOrder(of:)``).
    public internal(set) var redirects: [RedirectChange]

    /// Things in the table that no policy of ours put there.
    public internal(set) var foreign: [ForeignObject]

    /// What is wrong with the table itself.
    public internal(set) var structure: [StructuralChange]

    /// The commands that make the table the wanted one, in the order of one transaction.
    public private(set) var commands: [NftCommand]

    /// What was compared, for the texts of the changes.
    private let sides: Sides

    private struct Sides: Sendable, Hashable {
        let wanted: Ruleset
        let live: LiveTable
        let foreignRules: Set<Handle>
    }

    /// The table as it was compared; empty if there was none, or a dormant one.
    public var live: LiveTable { sides.live }

    /// The ruleset that the table was compared with.
    public var wanted: Ruleset { sides.wanted }

    /// How many redirects are up to date, also in the layout of another version.
    public var unchanged: Int {
        let names = sides.wanted.redirects
        return names.count
            - redirects.count { $0.kind != .layout && names.contains($0.name) }
    }

    /// Whether the table is as the ruleset says, marker included.
    public var isEmpty: Bool { commands.isEmpty }

    /// Whether anything but the generation's own marker differs.
    public var isSubstantial: Bool {
        !foreign.isEmpty || commands.contains { !$0.isAboutMarker }
    }

    /// Compares a table, or the lack of one, with a ruleset that is to have a marker.
    public init(live: LiveTable?, wanted: Ruleset, marker: Marker) {
        let nothing = LiveTable(name: wanted.table)
        let comparison = TableComparison(live: live?.unlessDormant ?? nothing, wanted: wanted)
        let markers = live?.markers ?? []
        let isMarked = markers.contains(marker)
        redirects = comparison.redirects
        // If the right marker is there, another one is a chain like any other.
        foreign =
            comparison.foreign
            + (isMarked ? markers : []).filter { $0 != marker }
            .map { ForeignObject("chain", $0.chain) }
        sides = Sides(
            wanted: wanted,
            live: comparison.live,
            foreignRules: comparison.sharedMaps.foreignRules
        )
        switch live {
        case nil:
            structure = [.tableMissing]
            commands = [.addTable] + comparison.commands(marker)
        case let live? where live.isDormant || live.hasInexpressibleName:
            structure = [live.isDormant ? .tableDormant : .tableReplaced]
            let creation = Difference(live: nil, wanted: wanted, marker: marker)
            commands = [.addTable, .deleteTable] + creation.commands
        case _?:
            structure =
                comparison.structure + (isMarked ? [] : [.markerDiffers(found: markers)])
            commands = comparison.commands(marker)
        }
    }
}

extension Difference {
    /// The removal of a table.
    public init(removing live: LiveTable?, table: String) {
        let nothing = Ruleset(table: table)
        let comparison = TableComparison(
            live: live?.unlessDormant ?? LiveTable(name: table),
            wanted: nothing
        )
        redirects = comparison.redirects
        foreign = []
        structure = live == nil ? [] : [.tableUnwanted]
        commands = live == nil ? [] : [.deleteTable]
        sides = Sides(
            wanted: nothing,
            live: comparison.live,
            foreignRules: comparison.sharedMaps.foreignRules
        )
    }

    /// No difference from a ruleset that the kernel is known to have.
    public init(noneFrom wanted: Ruleset) {
        redirects = []
        foreign = []
        structure = []
        commands = []
        sides = Sides(wanted: wanted, live: LiveTable(name: wanted.table), foreignRules: [])
    }

    /// The rules of redirects that are not up to date.
    ///
    /// They are computed on demand: reports show only a few of perhaps 100,000.
    public func details(of changes: some Sequence<RedirectChange>) -> [ChangedRedirect] {
        let names = Set(changes.map(\.name))
        guard !names.isEmpty else { return [] }
        let wanted = RulesByRedirect(TableContent(sides.wanted, among: names))
        let live = RulesByRedirect(liveContent(among: names))
        return changes.map {
            ChangedRedirect(change: $0, wanted: wanted[$0.name], live: live[$0.name])
        }
    }

    /// The kernel's objects of redirects that should not be there: the first ones, and the count of all.
    public func objects(
        ofRedirects names: [String],
        atMost limit: Int
    ) -> (first: [ForeignObject], count: Int) {
        guard !names.isEmpty else { return ([], 0) }
        let count = RulesByRedirect.count(in: liveContent(among: Set(names)))
        // Each has one object at least.
        let shown = names.prefix(limit)
        let rules = RulesByRedirect(liveContent(among: Set(shown)), ofEachAtMost: limit)
        return (Array(shown.lazy.flatMap { rules[$0] }.map(\.object).prefix(limit)), count)
    }

    private func liveContent(among names: Set<String>) -> TableContent {
        TableContent(
            sides.live,
            inOrderOf: sides.wanted.chains.map(\.name) + sides.wanted.regularChains.map(\.name),
            without: sides.foreignRules,
            among: names
        )
    }
}

// MARK: - Words

extension Difference {
    /// The rules that only nft has words for, among the first foreign objects and commands.
    public func rulesWithoutWords(amongFirst limit: Int) -> Set<Handle> {
        let shown = foreign.prefix(limit).lazy.compactMap(\.unreadableRule?.handle)
        let removed = commands.prefix(limit).lazy.compactMap(\.unreadableRule?.handle)
        return Set(shown).union(removed)
    }

    /// The difference with some rules in nft's words, by their handles.
    public func worded(by texts: [Handle: String]) -> Difference {
        guard !texts.isEmpty else { return self }
        var difference = self
        difference.foreign = foreign.map { $0.worded(by: texts) }
        difference.commands = commands.map { $0.worded(by: texts) }
        return difference
    }
}

extension LiveTable {
    /// The table; `nil` if it is dormant: then its content is unknown and has no effect.
    fileprivate var unlessDormant: LiveTable? { isDormant ? nil : self }
}
