import RulesetModel

/// A difference for machines: the JSON shape shared by `plan` and `diff`.
public struct DifferenceReport: Sendable, Encodable {
    /// One redirect that is not as wanted.
    struct Change: Sendable, Encodable {
        let redirect: String
        let change: RedirectChange.Kind
        let wanted: RedirectView?
        let live: RedirectView?
        let wantedRules: [String]
        let liveRules: [String]
    }

    /// Something about the table itself.
    struct Structure: Sendable, Encodable {
        let kind: String
        var chain: String?
        var map: String?
        var found: String?
        var rules: [String]?
        var version: String?
    }

    let redirects: [Change]
    let structure: [Structure]
    let foreign: [ForeignObject]
    let unchanged: Int
    let operations: [String]

    /// Creates the report; `table` is the name that its commands speak of.
    public init(_ difference: Difference, table: String) {
        redirects = difference.details(of: difference.redirects).map { redirect in
            Change(
                redirect: redirect.name,
                change: redirect.change.kind,
                wanted: RedirectView(redirect.wanted),
                live: RedirectView(redirect.live),
                wantedRules: redirect.wanted.map(\.line),
                liveRules: redirect.live.map(\.line)
            )
        }
        structure = difference.structure.map(\.report)
        foreign = difference.foreign
        unchanged = difference.unchanged
        operations = difference.operations.map { $0.text(table: table) }
    }
}

extension StructuralChange {
    fileprivate var report: DifferenceReport.Structure {
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
        case .markerDiffers(let found):
            .init(kind: "marker-differs", found: found.map(\.chain).joined(separator: " "))
        }
    }
}
