import GenerationModel
import TableDiff

/// What the text of a plan says beside its JSON, so that a saved plan can be printed as it was.
struct PlanWords: Sendable, Codable {
    /// What changes about the table itself, each line with its sign.
    let structure: [String]

    /// What changes about a redirect, by its name.
    let changes: [String: String]

    /// The trial that an apply ends.
    let trial: String?

    /// The last line.
    let summary: String

    init(_ report: PlanReport) {
        let difference = report.plan.difference
        structure = difference.structure.compactMap(\.planLine?.text)
        let changed = difference.redirects.filter { $0.kind == .change }
        changes = Dictionary(
            difference.details(of: changed).compactMap { redirect in
                redirect.planWords.map { (redirect.name, $0) }
            },
            uniquingKeysWith: { first, _ in first }
        )
        trial = report.trialLine?.text
        summary = report.summary
    }
}

extension SavedPlanReport {
    /// As many as `plan` shows, also with `--all`; `plan --format json` saves more.
    private static let mostConnections = OutputFormat.text.listLimit

    /// Who saved the plan, when and for what, and then the plan as `plan` prints it.
    func lines(in context: ReportContext) -> [ReportLine] {
        let plan = contents.plan
        let base = plan.generation.map { "generation \($0)" } ?? "no generation"
        let changes = PlannedChanges(contents, atMost: limit).lines(width: context.width)
        let trial = (contents.text?.trial).map { [ReportLine(signed: $0), ReportLine(.plain)] }
        return [
            ReportLine(
                .plain,
                "Saved \(time.local) by \(user), from \(policy); it starts from \(base)."
            ), ReportLine(.plain),
            ReportLine.title(plan.table, current: plan.generation, next: plan.nextGeneration),
            ReportLine(.plain),
        ] + (trial ?? []) + changes + (changes.isEmpty ? [] : [ReportLine(.plain)])
            + (plan.connections?.lines(atMost: Self.mostConnections, width: context.width) ?? [])
            + ReportLine.ofTable(plan.changed, since: plan.generation)
            + [ReportLine(.heading, contents.text?.summary ?? plan.plan.planSummary)]
    }
}

extension DifferenceJSON {
    /// What is planned, in numbers: of a plan that 0.2.0 saved.
    fileprivate var planSummary: String {
        let counts = Dictionary(grouping: redirects, by: \.change).mapValues(\.count)
        let change = (counts[.change] ?? 0) + (counts[.move] ?? 0)
        return "Plan: \(counts[.add] ?? 0) to add, \(change) to change, "
            + "\(counts[.remove] ?? 0) to remove, \(unchanged) unchanged."
    }
}

extension DifferenceJSON.Change {
    /// The rules that only one side has.
    func ruleLines(atMost limit: Int) -> [ReportLine] {
        let (surplus, missing) = (liveRules.removing(wantedRules), wantedRules.removing(liveRules))
        return ReportLine.rules(
            Array(surplus.prefix(limit)),
            of: surplus.count,
            .removal,
            "      - "
        )
            + ReportLine.rules(
                Array(missing.prefix(limit)),
                of: missing.count,
                .addition,
                "      + "
            )
    }
}

extension DifferenceJSON.Structure {
    /// The change by its kind: of a plan that 0.2.0 saved.
    var line: ReportLine {
        ReportLine(
            .change,
            "  ~ " + [kind, chain ?? map].compactMap(\.self).joined(separator: " ")
        )
    }
}
