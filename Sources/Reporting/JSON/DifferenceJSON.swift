import RulesetModel
public import TableDiff

/// The shape of a difference, shared by plans, changes and drifts.
public struct DifferenceJSON: Sendable, Codable {
    /// One redirect that differs.
    struct Change: Sendable, Codable {
        let redirect: String
        let change: RedirectChange.Kind
        let wanted: ViewJSON?
        let live: ViewJSON?
        let wantedRules: [String]
        let liveRules: [String]
    }

    /// Something about the table itself.
    struct Structure: Sendable, Codable {
        let kind: String
        var chain: String?
        var map: String?
        var found: String?
        var size: Int?
        var rules: [String]?
        var version: String?
    }

    /// The number of entries of each kind, listed or not; a plan that 0.2.0 saved has fewer.
    struct Totals: Sendable, Codable {
        let redirects: Int
        let added: Int?
        let changed: Int?
        let removed: Int?
        let foreign: Int
        let operations: Int
    }

    let redirects: [Change]
    let structure: [Structure]
    let foreign: [ForeignObject]
    let unchanged: Int
    let operations: [String]
    let totals: Totals

    /// Creates the shape; `table` is the name that its commands speak of.
    ///
    /// Each list has at most `limit` entries; the totals count all.
    public init(_ difference: Difference, table: String, atMost limit: Int = .max) {
        redirects = difference.details(of: difference.redirects.prefix(limit)).map { redirect in
            Change(
                redirect: redirect.name,
                change: redirect.change.kind,
                wanted: ViewJSON(redirect.wanted),
                live: ViewJSON(redirect.live),
                wantedRules: redirect.wanted.prefix(limit).map(\.line),
                liveRules: redirect.live.prefix(limit).map(\.line)
            )
        }
        structure = difference.structure.map { $0.report(atMost: limit) }
        foreign = Array(difference.foreign.prefix(limit))
        unchanged = difference.unchanged
        operations = difference.commands.prefix(limit).map { $0.text(table: table) }
        let counts = difference.counts
        totals = Totals(
            redirects: difference.redirects.count,
            added: counts.added,
            changed: counts.changed,
            removed: counts.removed,
            foreign: difference.foreign.count,
            operations: difference.commands.count
        )
    }
}

extension StructuralChange {
    fileprivate func report(atMost limit: Int) -> DifferenceJSON.Structure {
        switch self {
        case .tableMissing: .init(kind: "table-missing")
        case .tableUnwanted: .init(kind: "table-unwanted")
        case .tableDormant: .init(kind: "table-dormant")
        case .tableReplaced: .init(kind: "table-replaced")
        case .chainMissing(let name): .init(kind: "chain-missing", chain: name)
        case .chainReplaced(let name, let found):
            .init(kind: "chain-replaced", chain: name, found: found.description)
        case .rulesMissing(let name, let rules):
            .init(kind: "rules-missing", chain: name, rules: rules)
        case .rulesMoved(let name, let rules):
            .init(kind: "rules-moved", chain: name, rules: rules)
        case .chainDrops(let name): .init(kind: "chain-drops", chain: name)
        case .mapReplaced(let name, let found):
            .init(kind: "map-replaced", map: name, found: found.text)
        case .olderLayout(let version): .init(kind: "older-layout", version: version)
        case .olderLayoutComesBack(let version):
            .init(kind: "older-layout-comes-back", version: version)
        case .mapLimited(let name, let size): .init(kind: "map-limited", map: name, size: size)
        case .markerDiffers(let found):
            .init(
                kind: "marker-differs",
                found: found.prefix(limit).map(\.chain).joined(separator: " ")
            )
        }
    }
}
