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
    public func lines(objects: Bool) -> [ReportLine] { lines(objects: objects, connections: nil) }

    /// The same with the connections that go elsewhere.
    func lines(objects: Bool, connections: ConnectionsReport?) -> [ReportLine] {
        changes(objects: objects) + (connections?.lines(width: width) ?? [])
            + [ReportLine(.heading, difference.planSummary)]
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
        PlannedChanges(difference, atMost: limit).lines(isApplied: isApplied, width: width)
    }
}

extension Difference {
    /// `Plan: 1 to add, …`, or that there is nothing to do.
    fileprivate var planSummary: String {
        guard isSubstantial || isEmpty else {
            return
                "No redirect changes: \(Self.count(unchanged)) up to date, but "
                + (lacksMarker
                    ? "the table's generation marker is missing; `apply` writes it."
                    : "the table has the marker of another generation.")
        }
        guard isSubstantial else {
            return unchanged == 0
                ? "No changes." : "No changes: \(Self.count(unchanged)) up to date."
        }
        let counts = Dictionary(grouping: redirects, by: \.kind).mapValues(\.count)
        let (add, remove) = (counts[.add] ?? 0, counts[.remove] ?? 0)
        let change = (counts[.change] ?? 0) + (counts[.move] ?? 0)
        let count = foreign.count
        let others =
            count == 0
            ? "" : ", \(count) \(count == 1 ? "object" : "objects") not from redirctl to remove"
        let rules = commands.filter(\.isAboutRule).count
        let elements = commands.reduce(0) { $0 + $1.elementCount }
        let batch =
            "\(rules) rule \(rules == 1 ? "command" : "commands")"
            + (elements == 0 ? "" : " and \(elements) \(elements == 1 ? "element" : "elements")")
        let changes =
            isOnlyLayout
            ? "same redirects, \(comesBack ? "older" : "new") layout"
            : "\(add) to add, \(change) to change, \(remove) to remove" + others
                + ", \(unchanged) unchanged"
        return "Plan: \(changes); \(batch) in one transaction."
    }

    private static func count(_ redirects: Int) -> String {
        redirects == 1 ? "1 redirect is" : "\(redirects) redirects are"
    }

    /// Whether the table has no marker of a generation at all.
    private var lacksMarker: Bool { structure.contains(.markerDiffers(found: [])) }
}

extension ReportLine {
    /// Which generation of a table replaces which: `Table inet t, generation 1 → 2`.
    static func title(_ table: String, current: Int?, next: Int) -> ReportLine {
        let generations =
            switch current {
            case next?: "generation \(next)"
            case let current?: "generation \(current) → \(next)"
            case nil: "generation \(next), the first"
            }
        return ReportLine(.heading, "Table inet \(table), \(generations)")
    }
}

extension ReportLine {
    /// That the kernel's table has changed since a generation was applied, if it has.
    static func ofTable(_ side: ChangedSide?, since generation: Int?) -> [ReportLine] {
        guard let side, side != .policy, let generation else { return [] }
        return [ReportLine(.plain, side.sentence(since: generation))]
    }
}

extension PlanReport {
    /// The generations, the changes and a summary.
    func lines(in context: ReportContext) -> [ReportLine] {
        if case .none = plan.step {
            return [
                ReportLine(.heading, "No changes: there is no table inet \(plan.table).")
            ]
        }
        return [
            ReportLine.title(plan.table, current: plan.current, next: plan.next),
            ReportLine(.plain),
        ] + (trialLine.map { [$0, ReportLine(.plain)] } ?? [])
            + (isOnlyEndOfTrial ? [] : changes(width: context.width))
            + ReportLine.ofTable(plan.changedSide, since: plan.current)
            + [ReportLine(.heading, summary)]
    }

    private func changes(width: Int?) -> [ReportLine] {
        PlanText(plan.difference, atMost: limit, width: width).changes(objects: showsObjects)
            + (connections?.lines(width: width) ?? [])
    }

    /// The trial that an apply ends; `nil` if there is none, or if the whole table goes.
    var trialLine: ReportLine? {
        guard plan.wanted.ruleset != nil else { return nil }
        return plan.overdueTrial.map {
            ReportLine(.foreign, "! \($0.sentence)  (will be ended)")
        }
    }

    private var isOnlyEndOfTrial: Bool { trialLine != nil && !plan.difference.isSubstantial }

    /// The last line: how much changes.
    var summary: String {
        guard plan.wanted.ruleset != nil else {
            return "Plan: \(plan.difference.counts.removed) to remove; the whole table is removed "
                + "in one transaction."
        }
        guard isOnlyEndOfTrial, let trial = plan.overdueTrial?.trial else {
            return plan.difference.planSummary
        }
        return "Plan: end the trial of generation \(trial.generation); nothing else changes."
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

    /// `2 objects not from redirctl removed`.
    static func words(removed count: Int) -> String {
        "\(count) \(count == 1 ? "object" : "objects") not from redirctl removed"
    }

    /// `! not from redirctl: rule in chain output, before ours: …`.
    func line(suffix: String = "") -> ReportLine {
        let object = place.map { "\(kind) in \($0): \(text)" } ?? "\(kind) \(text)"
        return ReportLine(.foreign, "  ! not from redirctl: \(object)\(suffix)")
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
