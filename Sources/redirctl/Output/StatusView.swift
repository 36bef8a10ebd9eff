import Generations
import Planning
import RulesetModel

/// The redirects that the kernel holds, with what they have counted.
struct StatusView {
    struct Row: Encodable {
        let redirect: String
        let view: RedirectView?
        let connections: UInt64?
        let bytes: UInt64?
    }

    let rows: [Row]

    init(_ table: LiveTable?) {
        let counts = RedirectCounts(table)
        rows = RedirectView.redirects(in: table).map { name, rules in
            let count = counts.count(of: name, rules)
            return Row(
                redirect: name,
                view: RedirectView(rules),
                connections: count?.packets,
                bytes: count?.bytes
            )
        }
    }

    var lines: [ReportLine] {
        guard !rows.isEmpty else { return [] }
        var table = RedirectTable()
        for row in rows {
            table.add(
                .plain,
                name: row.redirect,
                view: row.view,
                notes: [
                    row.connections.map { "\($0) \($0 == 1 ? "connection" : "connections")" }
                        ?? "not counted"
                ]
            )
        }
        return [ReportLine(.plain)] + table.lines
    }
}

/// The JSON shape of a status.
struct StatusReport: Encodable {
    let state: DriftView.DriftReport
    let redirects: [StatusView.Row]
    let draining: DrainView?

    init(_ drift: DriftView, _ status: StatusView, _ draining: DrainView?) {
        self.draining = draining
        state = DriftView.DriftReport(drift, all: false)
        redirects = status.rows
    }
}
