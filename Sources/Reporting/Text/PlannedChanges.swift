import GenerationModel
import RulesetModel
import TableDiff

/// What changes about a table and its redirects, in words: of a plan that was just made, or was saved.
struct PlannedChanges {
    /// What changes about the table itself.
    private let structure: [ReportLine]

    /// The first redirects that change, and how many there are.
    private let redirects: [PlannedRedirect]
    private let redirectCount: Int

    /// The first objects not from redirctl, and how many there are.
    private let foreign: ArraySlice<ForeignObject>
    private let foreignCount: Int

    /// Describes a difference, of each list at most `limit` entries.
    init(_ difference: Difference, atMost limit: Int) {
        structure = difference.structure.compactMap(\.planLine)
        let changes = difference.redirects.filter { $0.kind != .layout }
        redirects = difference.details(of: changes.prefix(limit)).map {
            PlannedRedirect($0, atMost: limit)
        }
        redirectCount = changes.count
        foreign = difference.foreign.prefix(limit)
        foreignCount = difference.foreign.count
    }

    /// Describes what a saved plan says, of each list at most `limit` entries.
    init(_ contents: PlanContents, atMost limit: Int) {
        let difference = contents.plan.plan
        structure =
            contents.text?.structure.map { ReportLine(signed: $0) }
            ?? difference.structure.map(\.line)
        let changes = difference.redirects.filter { $0.change != .layout }
        redirects = changes.prefix(limit).map {
            PlannedRedirect($0, contents.text?.changes[$0.redirect], atMost: limit)
        }
        redirectCount = changes.count
        foreign = difference.foreign.prefix(limit)
        foreignCount = difference.foreign.count
    }

    /// The changes, and how many are not listed.
    func lines(isApplied: Bool = false, width: Int?) -> [ReportLine] {
        var table = RedirectTable()
        for redirect in redirects {
            table.add(
                redirect.role,
                name: redirect.name,
                view: redirect.view,
                notes: redirect.words.map { [.change("(\($0))")] } ?? [],
                below: redirect.rules
            )
        }
        return structure + table.lines(width: width)
            + ReportLine.rest(
                redirectCount - redirects.count,
                "redirect",
                "redirects",
                hint: ReportLine.hint
            )
            + foreign.map { $0.line(suffix: isApplied ? "  (removed)" : "  (will be removed)") }
            + ForeignObject.rest(foreignCount - foreign.count, hint: ReportLine.hint)
    }
}

/// A redirect of a plan, in words.
private struct PlannedRedirect {
    let role: ReportLine.Role
    let name: String
    let view: RedirectView?

    /// What changes about it; `nil` if it comes or goes, or if words can't say it.
    let words: String?

    /// The rules that change, if words can't say it.
    let rules: [ReportLine]

    init(_ redirect: ChangedRedirect, atMost limit: Int) {
        let kind = redirect.change.kind
        let words = kind == .change ? redirect.planWords : nil
        self.init(
            kind,
            redirect.name,
            RedirectView(kind == .remove ? redirect.live : redirect.wanted),
            words,
            kind == .change && words == nil ? redirect.ruleLines(atMost: limit) : []
        )
    }

    init(_ redirect: DifferenceJSON.Change, _ words: String?, atMost limit: Int) {
        let kind = redirect.change
        self.init(
            kind,
            redirect.redirect,
            (kind == .remove ? redirect.live : redirect.wanted)?.words,
            words,
            kind == .change && words == nil ? redirect.ruleLines(atMost: limit) : []
        )
    }

    private init(
        _ kind: RedirectChange.Kind,
        _ name: String,
        _ view: RedirectView?,
        _ words: String?,
        _ rules: [ReportLine]
    ) {
        role =
            switch kind {
            case .add: .addition
            case .remove: .removal
            case .change, .move, .layout: .change
            }
        self.name = name
        self.view = view
        self.words = kind == .move ? "its rules move" : words
        self.rules = rules
    }
}

extension ChangedRedirect {
    /// What changes: `was → :8080, source +192.0.2.7 -192.0.2.9`; `nil` if words can't say it.
    var planWords: String? {
        let (words, lists) = differences
        let parts =
            (words.isEmpty ? [] : ["was " + words.joined(separator: ", ")])
            + lists.map { $0.words(more: $0.wanted, less: $0.live) }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    /// The rules that only one side has, for a change that the table of redirects does not show.
    func ruleLines(atMost limit: Int) -> [ReportLine] {
        surplusRules.lines(.removal, "      - ", atMost: limit)
            + missingRules.lines(.addition, "      + ", atMost: limit)
    }
}

extension StructuralChange {
    private static func words(_ rules: [String]) -> String {
        rules.count == 1
            ? "rule `\(rules[0])`" : "rule `\(rules[0])` and \(rules.count - 1) more"
    }

    /// The change as a plan tells it; `nil` if only the summary does.
    var planLine: ReportLine? {
        switch self {
        case .tableMissing: ReportLine(.addition, "  + the table itself")
        case .tableUnwanted: ReportLine(.removal, "  - the table itself")
        case .tableDormant:
            ReportLine(
                .change,
                "  ~ the table is dormant, so it is created again and its counters start at zero"
            )
        case .tableReplaced:
            ReportLine(
                .change,
                "  ~ the table has names that nft can't express, so it is created again and its "
                    + "counters start at zero"
            )
        case .chainMissing(let name): ReportLine(.addition, "  + chain \(name)")
        case .chainReplaced(let name, let found):
            ReportLine(
                .change,
                "  ~ chain \(name) is created again (was: \(found.words)); "
                    + "it then runs first among NAT chains of the same priority"
            )
        case .rulesMissing(let name, let rules):
            ReportLine(.change, "  ~ chain \(name) gets the \(Self.words(rules))")
        case .rulesMoved(let name, let rules):
            ReportLine(
                .change,
                "  ~ chain \(name) gets the \(Self.words(rules)) in the right place"
            )
        case .chainDrops(let name):
            ReportLine(.change, "  ~ chain \(name) no longer drops what no redirect matches")
        case .mapReplaced(let name, let found):
            ReportLine(.change, "  ~ map \(name) is created again (was: \(found.text))")
        case .olderLayoutComesBack(let version):
            ReportLine(
                .change,
                "  ~ the rules get the layout of redirctl \(version) again; unchanged redirects keep "
                    + "their counts"
            )
        case .olderLayout(let version):
            ReportLine(
                .change,
                "  ~ redirctl \(version) wrote the rules in another layout; they are replaced for "
                    + "the same redirects, which keep their counts"
            )
        case .mapLimited(let name, let size):
            ReportLine(.change, "  ~ map \(name) is created again (was: size \(size))")
        case .markerDiffers: nil
        }
    }
}
