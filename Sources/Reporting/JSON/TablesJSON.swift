/// The shape of all tables that have records.
struct TablesJSON: Encodable {
    struct Table: Encodable {
        let namespace: String
        let table: String
        var state: DriftJSON?
        var error: String?
    }

    let drift: Bool
    let tables: [Table]

    init(_ report: TablesReport) {
        drift = report.isDrifted
        tables = report.entries.map { entry in
            var table = Table(namespace: entry.namespace, table: entry.table)
            switch entry.result {
            case .compared(let check, let healing):
                table.state = DriftJSON(
                    check,
                    atMost: OutputFormat.json.listLimit,
                    healing: healing
                )
            case .failed(let reason): table.error = reason
            }
            return table
        }
    }
}

/// The shape of all tables that were to be restored.
struct RestorationJSON: Encodable {
    struct Table: Encodable {
        let namespace: String
        let table: String
        var change: ChangeJSON?
        var error: String?
    }

    let tables: [Table]

    init(_ report: RestorationReport) {
        tables = report.entries.map { entry in
            var table = Table(namespace: entry.namespace, table: entry.table)
            switch entry.result {
            case .changed(let change): table.change = ChangeJSON(change)
            case .failed(let reason): table.error = reason
            }
            return table
        }
    }
}
