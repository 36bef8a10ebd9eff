import GenerationModel
import RulesetModel
public import TableDiff

/// A difference as a plan: what an apply would change, or has changed.
public struct PlanText {
    private let difference: Difference
    private let limit: Int
    private let isApplied: Bool
    private let width: Int?

    /// Creates the text of a plan.
    ///
    /// - Parameters:
    ///   - difference: What is planned.
    ///   - limit: How many entries of each kind are shown; the others are counted.
    ///   - isApplied: Whether it was applied already.
    ///   - width: The columns of the terminal; `nil` for lines of any length.
    public init(
        _ difference: Difference,
        atMost limit: Int = .max,
        isApplied: Bool = false,
        width: Int? = nil
    ) {
        self.difference = difference
        self.limit = limit
        self.isApplied = isApplied
        self.width = width
    }

    /// The changes and a summary of them; with `objects`, also the nftables commands.
    public func lines(objects: Bool) -> [ReportLine] {
        lines(objects: objects, connections: nil)
    }

    /// The same with the connections that go elsewhere.
    func lines(objects: Bool, connections: ConnectionsReport?) -> [ReportLine] {
        changes(objects: objects) + (connections?.lines(width: width) ?? []) + [
            ReportLine(.heading, summary)
        ]
    }

    /// The changes, with an empty line after them if there are any.
    public func changes(objects: Bool) -> [ReportLine] {
        var blocks = [changes]
        if objects, !difference.commands.isEmpty {
            blocks.append(
                [ReportLine(.heading, "In one transaction:")]
                    + difference.commandLines(atMost: limit, hint: ReportLine.hint)
            )
        }
        return blocks.filter { !$0.isEmpty }.flatMap { $0 + [ReportLine(.plain)] }
    }

    private var changes: [ReportLine] {
        var table = RedirectTable()
        let redirects = difference.redirects.filter { $0.kind != .layout }
        for redirect in difference.details(of: redirects.prefix(limit)) {
            let (wanted, live) = (RedirectView(redirect.wanted), RedirectView(redirect.live))
            let name = redirect.name
            switch redirect.change.kind {
            case .add: table.add(.addition, name: name, view: wanted)
            case .remove: table.add(.removal, name: name, view: live)
            case .layout: break
            case .move:
                table.add(
                    .change,
                    name: name,
                    view: wanted,
                    notes: [.change("(its rules move)")]
                )
            case .change:
                let words = redirect.planWords
                table.add(
                    .change,
                    name: name,
                    view: wanted,
                    notes: words.map { [.change("(\($0))")] } ?? [],
                    below: words == nil ? redirect.ruleLines(atMost: limit) : []
                )
            }
        }
        return difference.structure.compactMap(\.planLine) + table.lines(width: width)
            + ReportLine.rest(
                redirects.count - limit,
                "redirect",
                "redirects",
                hint: ReportLine.hint
            )
            + difference.foreign.prefix(limit).map {
                $0.line(suffix: isApplied ? "  (removed)" : "  (will be removed)")
            }
            + ForeignObject.rest(difference.foreign.count - limit, hint: ReportLine.hint)
    }

    /// `Plan: 1 to add, …`, or that there is nothing to do.
    private var summary: String {
        guard difference.isSubstantial || difference.isEmpty else {
            return
                "No redirect changes: \(count(difference.unchanged)) up to date, but "
                + (difference.lacksMarker
                    ? "the table's generation marker is missing; `apply` writes it."
                    : "the table has the marker of another generation.")
        }
        guard difference.isSubstantial else {
            return difference.unchanged == 0
                ? "No changes." : "No changes: \(count(difference.unchanged)) up to date."
        }
        let counts = Dictionary(grouping: difference.redirects, by: \.kind).mapValues(\.count)
        let (add, remove) = (counts[.add] ?? 0, counts[.remove] ?? 0)
        let change = (counts[.change] ?? 0) + (counts[.move] ?? 0)
        let count = difference.foreign.count
        let foreign =
            count == 0
            ? "" : ", \(count) \(count == 1 ? "object" : "objects") not from redirctl to remove"
        let rules = difference.commands.filter(\.isAboutRule).count
        let elements = difference.commands.reduce(0) { $0 + $1.elementCount }
        let commands =
            "\(rules) rule \(rules == 1 ? "command" : "commands")"
            + (elements == 0 ? "" : " and \(elements) \(elements == 1 ? "element" : "elements")")
        let changes =
            difference.isOnlyLayout
            ? "same redirects, \(difference.comesBack ? "older" : "new") layout"
            : "\(add) to add, \(change) to change, \(remove) to remove" + foreign
                + ", \(difference.unchanged) unchanged"
        return "Plan: \(changes); \(commands) in one transaction."
    }

    private func count(_ redirects: Int) -> String {
        redirects == 1 ? "1 redirect is" : "\(redirects) redirects are"
    }
}

extension Difference {
    /// Whether the table has no marker of a generation at all.
    fileprivate var lacksMarker: Bool { structure.contains(.markerDiffers(found: [])) }
}

extension PlanReport {
    /// The generations, the changes and a summary.
    func lines(in context: ReportContext) -> [ReportLine] {
        if case .none = plan.step {
            return [
                ReportLine(.heading, "Nothing to remove: there is no table inet \(plan.table).")
            ]
        }
        let generations =
            switch plan.current {
            case plan.next?: "generation \(plan.next)"
            case let current?: "generation \(current) → \(plan.next)"
            case nil: "generation \(plan.next), the first"
            }
        return [
            ReportLine(.heading, "Table inet \(plan.table), \(generations)"), ReportLine(.plain),
        ]
            + changes(width: context.width)
    }

    private func changes(width: Int?) -> [ReportLine] {
        let text = PlanText(plan.difference, atMost: limit, width: width)
        guard plan.wanted.ruleset != nil else {
            let count = plan.difference.counts.removed
            return text.changes(objects: showsObjects) + [
                ReportLine(
                    .heading,
                    "Plan: \(count) to remove; the whole table is removed in one transaction."
                )
            ]
        }
        let lines = text.lines(objects: showsObjects, connections: connections)
        guard let overdueTrial = plan.overdueTrial else { return lines }
        let trial = [
            ReportLine(.foreign, "! \(overdueTrial.sentence)  (will be ended)"),
            ReportLine(.plain),
        ]
        guard !plan.difference.isSubstantial else { return trial + lines }
        let number = overdueTrial.trial.generation
        return trial
            + [
                ReportLine(
                    .heading,
                    "Plan: end the trial of generation \(number); nothing else changes."
                )
            ]
    }
}

extension ChangedRedirect {
    /// What changes: `was → :8080, source +192.0.2.7 -192.0.2.9`; `nil` if words can't say it.
    fileprivate var planWords: String? {
        let (words, lists) = differences
        let parts =
            (words.isEmpty ? [] : ["was " + words.joined(separator: ", ")])
            + lists.map { $0.words(more: $0.wanted, less: $0.live) }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// The rules that only one side has, for a change that the table of redirects does not show.
    fileprivate func ruleLines(atMost limit: Int) -> [ReportLine] {
        surplusRules.lines(.removal, "      - ", atMost: limit)
            + missingRules.lines(.addition, "      + ", atMost: limit)
    }
}

extension ListChange {
    /// The list with the elements that one side has beyond the other: `source +192.0.2.7 -192.0.2.9`.
    func words(more: [String], less: [String]) -> String {
        ([list] + more.map { "+\($0)" } + less.map { "-\($0)" }).joined(separator: " ")
    }
}

extension ForeignObject {
    /// A line that says how many more there are; no line if there are none.
    static func rest(_ count: Int, hint: String = "") -> [ReportLine] {
        ReportLine.rest(
            count,
            "object not from redirctl",
            "objects not from redirctl",
            hint: hint
        )
    }

    /// `! not from redirctl: rule in chain output, before ours: …`.
    func line(suffix: String = "") -> ReportLine {
        let object = place.map { "\(kind) in \($0): \(text)" } ?? "\(kind) \(text)"
        return ReportLine(.foreign, "  ! not from redirctl: \(object)\(suffix)")
    }
}

extension StructuralChange {
    private static func words(_ rules: [String]) -> String {
        rules.count == 1
            ? "rule `\(rules[0])`" : "rule `\(rules[0])` and \(rules.count - 1) more"
    }

    fileprivate var planLine: ReportLine? {
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
                "  ~ redirctl \(version) wrote the rules in another layout; they are replaced for the same redirects, "
                    + "which keep their counts"
            )
        case .mapLimited(let name, let size):
            ReportLine(.change, "  ~ map \(name) is created again (was: size \(size))")
        case .markerDiffers: nil
        }
    }
}

extension LiveChain.Attachment {
    /// How a chain is attached, in a few words.
    var words: String {
        switch self {
        case .none: "to no hook"
        case .nat(let head): "hook \(head.hook.rawValue), priority \(head.priority)"
        case .dropping(let head):
            "hook \(head.hook.rawValue), priority \(head.priority), policy drop"
        case .other(let text): text
        }
    }
}
