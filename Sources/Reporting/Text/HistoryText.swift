public import GenerationModel
import TableDiff

extension HistoryReport {
    /// The generations one a line, in columns.
    var lines: [ReportLine] {
        guard !generations.isEmpty else {
            return [ReportLine(.plain, "No generation is recorded here.")]
        }
        let manifests = generations.map(\.manifest)
        let users = manifests.map(\.user) + restorations.map(\.user)
        let signs = manifests.compactMap(\.changes?.signs) + restorations.map(\.changes.signs)
        let columns = Columns(
            number: manifests.map { "\($0.number)".count }.max() ?? 0,
            user: users.map(\.count).max() ?? 0,
            signs: signs.map(\.count).max() ?? 0
        )
        let rows = generations.flatMap { generation -> [ReportLine] in
            let own = restorations.filter { $0.generation == generation.manifest.number }
            let word = generation.manifest.isRemoval ? "removed again" : "restored"
            return own.reversed().prefix(restorationLimit).map { $0.line(in: columns, word) }
                + ReportLine.rest(own.count - restorationLimit, "restoration", "restorations")
                + [generation.line(in: columns)]
        }
        return rows + ReportLine.rest(total - generations.count, "generation", "generations")
    }
}

/// The widths of the columns of a history.
private struct Columns {
    let number: Int
    let user: Int
    let signs: Int

    /// The beginning of a line: a mark, the number, the time, the user and what was changed.
    func start(_ mark: String, _ number: String, time: Int, _ user: String, _ signs: String)
        -> String
    {
        let changes = self.signs == 0 ? "" : signs.padded(to: self.signs) + "  "
        let padding = String(repeating: " ", count: self.number - number.count)
        return "\(mark) \(padding)\(number)  \(Timestamp(seconds: time).local)  "
            + "\(user.padded(to: self.user))  \(changes)"
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}

extension PastGeneration {
    fileprivate func line(in columns: Columns) -> ReportLine {
        let isCurrent = fate == .current
        let start = columns.start(
            isCurrent ? "*" : " ",
            "\(manifest.number)",
            time: manifest.time,
            manifest.user,
            manifest.changes?.signs ?? ""
        )
        return ReportLine(
            isCurrent ? .heading : .plain,
            start + manifest.action + fate.suffix + (manifest.message.map { "  “\($0)”" } ?? "")
        )
    }
}

extension Restoration {
    fileprivate func line(in columns: Columns, _ word: String) -> ReportLine {
        let start = columns.start(" ", "", time: time, user, changes.signs)
        let removed = foreign == 0 ? "" : ", \(ForeignObject.words(removed: foreign))"
        return ReportLine(.plain, "\(start)\(word)\(removed)")
    }
}

extension Manifest {
    /// What generation it is: `generation 5 (applied 2 h ago by root from /etc/redirctl/web.yaml)`.
    public func title(at now: Timestamp) -> String {
        let when = "\(Timestamp(seconds: time).ago(at: now)) by \(user)"
        return switch origin {
        case .apply:
            "generation \(number) (applied \(when)" + (policy.map { " from \($0))" } ?? ")")
        case .rollback: "generation \(number) (rolled back to generation \(restores ?? 0), \(when))"
        case .drain: "generation \(number) (draining since \(when))"
        case .remove: "generation \(number) (removed \(when))"
        }
    }

    /// When and how it was made, and its note: `2026-11-23 17:59:03  apply web.yaml  “more ports”`.
    public var summary: String {
        "\(Timestamp(seconds: time).local)  \(action)" + (message.map { "  “\($0)”" } ?? "")
    }

    /// The command that made the generation.
    fileprivate var action: String {
        switch origin {
        case .apply: "apply \(policy ?? "")"
        case .rollback: "rollback to \(restores ?? 0)"
        case .drain: "drain"
        case .remove: "remove"
        }
    }
}

extension PastGeneration.Fate {
    /// What became of a generation that did not become the current one.
    fileprivate var suffix: String {
        switch self {
        case .current, .replaced: ""
        case .onTrial(let deadline): " — on trial until \(Timestamp(seconds: deadline).local)"
        case .never(.refused): " — never live: the kernel refused it"
        case .never(.abandoned): " — never live: the command was interrupted"
        case .never(.reverted(let end)):
            " — on trial only, not confirmed by \(Timestamp(seconds: end).local)"
        case .never(.cancelled): " — on trial only, cancelled"
        }
    }
}

extension ComparisonReport {
    /// What differs, and a summary.
    func lines(in context: ReportContext) -> [ReportLine] {
        let summary =
            difference.isEmpty
            ? "The two generations are the same." : "\(difference.counts.words)."
        return [
            ReportLine(.heading, "Table inet \(table), generation \(from) → \(to)"),
            ReportLine(.plain),
        ]
            + PlanText(difference, atMost: limit, width: context.width).changes(
                objects: showsObjects
            )
            + [ReportLine(.heading, summary)]
    }
}

extension GenerationReport {
    /// The policy as it was read; what it includes comes after it, each file under its name.
    var text: String {
        var text = ""
        for (index, source) in sources.enumerated() {
            if index > 0 { text += "# ---- \(source.name)\n" }
            text += source.text
            if !source.text.hasSuffix("\n") { text += "\n" }
        }
        return text
    }

    /// Why the generation has no policy, in a sentence; `nil` if it has one.
    public var reasonForNoPolicy: String? {
        guard sources.isEmpty else { return nil }
        let reason =
            switch manifest.origin {
            case .remove: "it removed the table"
            case .drain: "it let the table drain"
            case .rollback: "it went back to generation \(manifest.restores ?? 0)"
            case .apply: "its text was not kept"
            }
        return "generation \(manifest.number) was made without a policy: \(reason)"
    }
}
