extension TablesReport {
    /// One line for each table.
    func lines(in context: ReportContext) -> [ReportLine] {
        guard !entries.isEmpty else {
            return showsOnlyProblems ? [] : [ReportLine(.plain, "No table has records here.")]
        }
        let shown = entries.filter { !showsOnlyProblems || !$0.isUpToDate }
        let rows = shown.map { entry -> [ColumnLayout.Cell] in
            let text =
                switch entry.result {
                case .compared(let check): check.stateLine(at: context.now).text
                case .failed(let reason):
                    "Table inet \(entry.table) could not be compared: \(reason)"
                }
            return [.init(text: entry.namespace), .init(text: text)]
        }
        let layout = ColumnLayout(rows, indent: 4, width: context.width)
        return zip(shown, rows).flatMap { entry, row in
            layout.lines(of: row, as: entry.isUpToDate ? .plain : .foreign)
        }
    }
}
