import GenerationModel
import Generations
import Planning
import RulesetModel

/// What two generations differ in, from the one to the other.
struct GenerationComparison {
    private let from: Manifest
    private let to: Manifest
    private let table: String
    private let difference: Difference

    /// Compares two generations of a table; one that took the table away had no redirects.
    init(_ from: Generation, _ to: Generation, of table: String, in store: Store) {
        let nothing = Ruleset(table: table)
        self.from = from.manifest
        self.to = to.manifest
        self.table = table
        var difference = Difference(
            live: LiveTable(holding: from.ruleset ?? nothing, marker: to.marker),
            wanted: to.ruleset ?? nothing,
            marker: to.marker
        )
        store.setApartLayout(in: &difference, from: self.from.number, to: self.to.number)
        self.difference = difference
    }

    fileprivate func lines(objects: Bool) -> [ReportLine] {
        let heading = "Table inet \(table), generation \(from.number) → \(to.number)"
        let added = difference.redirects.count { $0.kind == .add }
        let removed = difference.redirects.count { $0.kind == .remove }
        let changed = difference.redirects.count { $0.kind == .change || $0.kind == .move }
        let summary =
            difference.isEmpty
            ? "The two say the same."
            : "\(added) added, \(changed) changed, \(removed) removed, "
                + "\(difference.unchanged) unchanged."
        return [ReportLine(.heading, heading), ReportLine(.plain)]
            + PlanText(difference).changes(objects: objects) + [ReportLine(.heading, summary)]
    }

    fileprivate var report: GenerationComparisonReport {
        GenerationComparisonReport(
            table: table,
            from: from.number,
            to: to.number,
            difference: DifferenceReport(difference, table: table)
        )
    }
}

extension Console {
    /// Prints what two generations differ in.
    func print(_ comparison: GenerationComparison, objects: Bool) throws {
        switch format {
        case .text: try print(comparison.lines(objects: objects))
        case .json: try print("history", comparison.report)
        }
    }
}

/// The JSON shape of what two generations differ in.
struct GenerationComparisonReport: Encodable {
    let table: String
    let from: Int
    let to: Int
    let difference: DifferenceReport
}
