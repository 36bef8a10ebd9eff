import GenerationModel
import RulesetModel

/// The shape of an event of a watch.
struct WatchJSON: Encodable {
    struct Author: Encodable {
        let name: String
        let process: UInt32
        let command: [String]?
    }

    let event: WatchReport.Event
    let time: String
    let table: String
    let authors: [Author]
    let moreTransactions: Int?
    let messagesLost: Bool?
    let reason: String?
    let state: DriftJSON?

    init(_ report: WatchReport, at now: Timestamp) {
        event = report.event
        time = now.iso
        table = report.table
        authors = report.authors.named.map {
            Author(
                name: $0.name,
                process: $0.process,
                command: $0.command.isEmpty ? nil : $0.command
            )
        }
        moreTransactions = report.authors.others == 0 ? nil : report.authors.others
        messagesLost = report.authors.areIncomplete ? true : nil
        reason = report.reason
        state = report.reading.map { DriftJSON($0, atMost: report.limit, healing: report.healing) }
    }
}
