public import TableDiff

/// Redirects one a line, in columns.
public struct RedirectTable {
    private var rows: [(role: ReportLine.Role, cells: [String], below: [ReportLine])] = []

    /// Creates a table without rows.
    public init() {}

    /// Adds a redirect, with notes in the columns after it and lines below it.
    public mutating func add(
        _ role: ReportLine.Role,
        name: String,
        view: RedirectView?,
        notes: [String] = [],
        below: [ReportLine] = []
    ) {
        var cells = [name]
        if let view {
            let match =
                view.destination + (view.source.map { " from \($0)" } ?? "")
                + (view.exceptions == nil ? "" : " (with exceptions)")
            let additions = view.additions.joined(separator: ", ")
            let target = additions.isEmpty ? view.target : "\(view.target) (\(additions))"
            cells += [view.direction, view.family ?? "", view.protocols, match, "→ \(target)"]
        }
        rows.append((role, cells + notes, below))
    }

    /// The rows as lines, with every column as wide as its widest cell.
    public var lines: [ReportLine] {
        let columns = rows.map(\.cells.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.compactMap { $0.cells.count > column ? $0.cells[column].count : nil }.max() ?? 0
        }
        return rows.flatMap { role, cells, below in
            let padded = zip(cells, widths).compactMap { cell, width in
                width == 0 ? nil : cell + String(repeating: " ", count: width - cell.count)
            }
            var text = "  \(role.glyph) " + padded.joined(separator: "  ")
            while text.last == " " { text.removeLast() }
            return [ReportLine(role, text)] + below
        }
    }
}
