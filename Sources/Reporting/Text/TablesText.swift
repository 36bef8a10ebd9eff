import GenerationModel

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
                case .compared(let check, _): check.stateLine(at: context.now).text
                case .failed(let reason):
                    "Table inet \(entry.table) could not be compared: \(reason)"
                }
            return [.init(text: entry.namespace), .init(text: text)]
        }
        let layout = ColumnLayout(rows, indent: 4, width: context.width)
        return zip(shown, rows).flatMap { entry, row in
            layout.lines(of: row, as: entry.isUpToDate ? .plain : .foreign)
                + (showsOnlyProblems ? details(of: entry, in: context) : [])
        }
    }

    /// How a table differs, after the line of its state.
    private func details(of entry: Entry, in context: ReportContext) -> [ReportLine] {
        guard case .compared(let check, let healing) = entry.result else { return [] }
        let report = DriftReport(check, atMost: limit, healing: healing)
        let context = context.within(entry.place, indent: Self.indent)
        return report.lines(in: context).dropFirst().map { line in
            line.text.isEmpty
                ? line
                : ReportLine(line.role, String(repeating: " ", count: Self.indent) + line.text)
        }
    }

    private static let indent = 4
}

extension TablesReport {
    /// What was put back in the tables, a line each; `nil` if nothing was.
    var effect: String? {
        let lines = entries.compactMap { entry -> String? in
            if case .compared(_, let healing) = entry.result { healing?.effect } else { nil }
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }
}

extension RestorationReport {
    /// What changed in each table; what failed is told on standard error.
    func lines(in context: ReportContext) -> [ReportLine] {
        guard !entries.isEmpty else {
            return [ReportLine(.plain, "No table has a generation here.")]
        }
        let first = entries.first?.namespace
        // One namespace needs no name.
        var namespace = entries.allSatisfy { $0.namespace == first } ? first : nil
        var lines: [ReportLine] = []
        for entry in entries {
            guard case .changed(let report) = entry.result else { continue }
            if case .nothingToRemove = report.change { continue }
            if entry.namespace != namespace {
                namespace = entry.namespace
                lines.append(ReportLine(.plain, "Network namespace \(entry.namespace):"))
            }
            lines += report.lines(in: context.within(entry.place))
        }
        return lines
    }
}

extension RestorationReport {
    /// What changed in the tables, a line each; `nil` if nothing did.
    var effect: String? {
        let lines = entries.compactMap { entry -> String? in
            guard case .changed(let report) = entry.result else { return nil }
            switch report.change {
            case .nothing, .nothingToRemove: return nil
            default: return report.headline
            }
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }
}

extension ReportContext {
    /// The context of a part that is about another table, and may be indented.
    fileprivate func within(_ place: CommandHint, indent: Int = 0) -> ReportContext {
        ReportContext(
            command: command,
            place: place,
            now: now,
            width: width.map { max(1, $0 - indent) }
        )
    }
}
