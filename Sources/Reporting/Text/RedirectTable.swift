import TableDiff

/// Redirects in columns, as a table of a report.
struct RedirectTable {
    typealias Cell = ColumnLayout.Cell

    private var rows: [(role: ReportLine.Role, cells: [Cell], below: [ReportLine])] = []

    /// Adds a redirect, with notes in the columns after it and lines below it.
    ///
    /// A redirect that is off has no view, because no rule carries it out.
    mutating func add(
        _ role: ReportLine.Role,
        name: String,
        view: RedirectView?,
        notes: [Cell] = [],
        below: [ReportLine] = [],
        isOff: Bool = false
    ) {
        var cells = [Cell(text: name)]
        if let view {
            let match =
                view.destination + (view.source.map { " \($0)" } ?? "")
                + (view.exceptions == nil ? "" : " (with exceptions)")
            let additions = view.additions.joined(separator: ", ")
            let target = additions.isEmpty ? view.target : "\(view.target) (\(additions))"
            let texts = [view.directions, view.protocols, match, "→ \(target)"]
            cells += texts.map { Cell(text: $0) }
        } else {
            cells += [isOff ? "off" : "", "", "", ""].map { Cell(text: $0) }
        }
        rows.append((role, cells + notes, below))
    }

    /// The rows as lines that fit a terminal of this width; `nil` for one line for each.
    func lines(width: Int?) -> [ReportLine] {
        let layout = ColumnLayout(rows.map(\.cells), indent: 4, width: width)
        return rows.flatMap { role, cells, below in
            layout.lines(of: cells, as: role) + below
        }
    }
}
