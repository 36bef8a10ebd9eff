import PolicyAnalysis
import PolicyModel

/// The shape of connections that a change sends elsewhere.
struct ConnectionsJSON: Sendable, Codable {
    /// Connections with the same deciding redirects.
    struct Change: Sendable, Codable {
        let connections: String
        let example: String
        let exampleIsLocal: Bool?
        let from: String
        let to: String
        let oldRedirect: String?
        let newRedirect: String?
    }

    let generation: Int?
    let changes: [Change]
    let total: Int
    let notCompared: [String]

    init(_ report: ConnectionsReport) {
        generation = report.generation
        changes = report.comparison.changes.map { change in
            let (from, to) = change.words
            return Change(
                connections: change.condition,
                example: change.exampleText,
                exampleIsLocal: change.example?.isOnThisMachine == true ? true : nil,
                from: from,
                to: to,
                oldRedirect: change.old?.name,
                newRedirect: change.new?.name
            )
        }
        total = report.comparison.total
        notCompared = report.comparison.undecided
    }
}

/// The shape of a comparison of two policies.
struct PolicyDifferenceJSON: Encodable {
    let old: String
    let new: String
    let difference: DifferenceJSON
    let connections: ConnectionsJSON

    init(_ report: PolicyDifferenceReport) {
        old = report.old
        new = report.new
        difference = DifferenceJSON(
            report.difference,
            table: report.table,
            atMost: report.limit
        )
        connections = ConnectionsJSON(report.connections)
    }
}
