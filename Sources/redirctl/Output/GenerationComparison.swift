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

    /// What two generations of a table differ in.
    init(_ from: Manifest, _ to: Manifest, _ difference: Difference, of table: String) {
        self.from = from
        self.to = to
        self.difference = difference
        self.table = table
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
