import Diagnostics
import GenerationModel
import RulesetModel

extension WatchReport {
    /// When it happened, what, by whom, and what the table is like now; an empty line is the end.
    func lines(in context: ReportContext) -> [ReportLine] {
        let head = ReportLine(.heading, "\(context.now.local)  \(headline)")
        return [head] + stateLines(in: context) + [ReportLine(.plain)]
    }

    private var headline: String {
        switch event {
        case .watching: "Watching table inet \(table)."
        case .drift: "Table inet \(table) was changed\(authors.phrase)."
        case .restored: "Table inet \(table) is as applied again; it was changed\(authors.phrase)."
        case .generation:
            "Table inet \(table) has another generation; it was changed\(authors.phrase)."
        case .trial: "A trial in table inet \(table) was started or extended\(authors.phrase)."
        case .trialEnded: "A trial in table inet \(table) has ended."
        case .unchanged:
            "Table inet \(table) was changed\(authors.phrase), and is the same as before."
        case .unreadable: "Table inet \(table) can't be compared: \(reason ?? "")"
        case .readable: "Table inet \(table) can be compared again, and is the same as before."
        }
    }

    private func stateLines(in context: ReportContext) -> [ReportLine] {
        guard let reading else { return [] }
        switch event {
        case .unchanged, .unreadable, .readable: return []
        case .watching, .drift, .restored, .generation, .trial, .trialEnded:
            let trial = reading.trial.map { "\($0.sentence(at: context.place))." }
            let end = reading.snapshot?.trial?.sentenceOfEnd(
                after: reading.snapshot?.trialRestart,
                wasOverdue: false,
                current: reading.generation?.number
            )
            return DriftReport(reading, atMost: limit).lines(in: context)
                + [trial, event == .trialEnded ? end.map { "\($0)." } : nil]
                .compactMap { $0.map { ReportLine(.plain, $0.capitalizedFirst) } }
        }
    }
}

extension String {
    /// The text with a capital letter at the beginning.
    fileprivate var capitalizedFirst: String {
        prefix(1).uppercased() + dropFirst()
    }
}

extension WatchReport.Authors {
    /// The authors after a verb.
    fileprivate var phrase: String {
        let more =
            others == 0 ? [] : ["\(others) more \(others == 1 ? "transaction" : "transactions")"]
        let names = named.map(\.text) + more
        let loss = "the kernel dropped messages, so this may not be all"
        if names.isEmpty { return areIncomplete ? " (\(loss))" : " (it can't be told by whom)" }
        return " by \(names.joined(by: "and"))" + (areIncomplete ? " (\(loss))" : "")
    }
}

extension TransactionAuthor {
    /// The name, the process and, if known, the command line.
    fileprivate var text: String {
        let words = command.map(\.escaped.quotedForShell).joined(separator: " ")
        let line = words.isEmpty ? "" : ": `\(words.prefix(500))\(words.count > 500 ? "…" : "")`"
        return "\(name.escaped) (process \(process)\(line))"
    }
}
