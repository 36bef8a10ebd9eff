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
        let changed = authors.isEmpty ? "" : "; it was changed\(authors.phrase)"
        return switch event {
        case .watching: "Watching table inet \(table)."
        case .drift where authors.isEmpty: "Table inet \(table) differs."
        case .drift: "Table inet \(table) was changed\(authors.phrase)."
        case .restored: "Table inet \(table) is as applied again\(changed)."
        case .generation: "Table inet \(table) has another generation\(changed)."
        case .trial: "A trial in table inet \(table) was started or extended\(authors.phrase)."
        case .trialEnded: "A trial in table inet \(table) has ended."
        case .healingStopped:
            "Table inet \(table) was healed three times within a minute, and changed again"
                + "\(authors.phrase): it is not healed any more."
        case .unchanged:
            "Table inet \(table) was written to\(authors.phrase); it compares as before."
        case .unreadable: "Table inet \(table) can't be compared: \(reason ?? "")"
        case .readable: "Table inet \(table) can be compared again; it compares as before."
        }
    }

    private func stateLines(in context: ReportContext) -> [ReportLine] {
        guard let reading else { return [] }
        switch event {
        case .unchanged, .unreadable, .readable: return []
        case .watching, .drift, .restored, .generation, .trial, .trialEnded, .healingStopped:
            let trial = reading.trial.map { "\($0.sentence(at: context.place))." }
            let end = reading.snapshot?.trial?.sentenceOfEnd(
                after: reading.snapshot?.trialRestart,
                wasOverdue: false,
                current: reading.generation?.number
            )
            return DriftReport(reading, atMost: limit, healing: healing).lines(in: context)
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
    /// Whether nothing is known.
    fileprivate var isEmpty: Bool { named.isEmpty && others == 0 && !areIncomplete }

    /// The authors after a verb; empty if nothing is known.
    fileprivate var phrase: String {
        let more =
            others == 0 ? [] : ["\(others) more \(others == 1 ? "transaction" : "transactions")"]
        let names = named.map(\.text) + more
        return (names.isEmpty ? "" : " by \(names.joined(by: "and"))")
            + (areIncomplete
                ? " (the kernel dropped messages, so not all authors may be known)" : "")
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
