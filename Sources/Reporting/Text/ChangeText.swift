import GenerationModel
import TableDiff

extension ChangeReport {
    /// What changed, and what it led to.
    func lines(in context: ReportContext) -> [ReportLine] {
        differenceLines(width: context.width) + (connections?.lines(width: context.width) ?? []) + [
            ReportLine(.heading, headline)
        ]
            + notes(at: context.place)
            + flushLine
    }

    private func differenceLines(width: Int?) -> [ReportLine] {
        switch change {
        case .restored(_, let difference), .applied(_, _, let difference),
            .confirmed(_, _, let difference):
            PlanText(difference, atMost: limit, isApplied: true, width: width)
                .changes(objects: showsObjects)
        case .onTrial(_, _, let difference):
            // The commands change the confirmed objects, which only a confirmation does.
            PlanText(difference, atMost: limit, width: width).changes(objects: false)
        case .nothing, .removed, .cancelled, .extended, .nothingToRemove: []
        }
    }

    /// What happened to flushed flows; without redirects there is no new way.
    private var flushLine: [ReportLine] {
        let isRemoved = if case .removed = change { true } else { false }
        return flows?.flush.map { [ReportLine(.plain, $0.sentence(isRemoved: isRemoved))] } ?? []
    }

    /// What the change led to, in one sentence.
    public var headline: String {
        switch change {
        case .nothing(let generation, let unchanged):
            "No changes: table inet \(table) has generation \(generation) with "
                + "\(unchanged) \(unchanged == 1 ? "redirect" : "redirects")."
        case .restored(let generation, let difference):
            "Generation \(generation) is back in table inet \(table): \(difference.counts.words)"
                + (difference.foreign.isEmpty
                    ? "." : "; \(ForeignObject.words(removed: difference.foreign.count)).")
        case .applied(let generation, let from, let difference):
            "Generation \(generation) is live in table inet \(table)"
                + (from.map { ", replacing \($0)" } ?? "") + ": \(difference.counts.words)."
        case .removed(let generation, _, let redirects):
            "Table inet \(table) is gone"
                + (redirects == 0
                    ? "" : " with \(redirects) \(redirects == 1 ? "redirect" : "redirects")")
                + "; recorded as generation \(generation)."
        case .onTrial(let pending, _, let difference):
            pending.headline(table: table, difference.counts)
        case .confirmed(let generation, let from, let difference):
            "Generation \(generation) is confirmed and live in table inet \(table)"
                + (from.map { ", replacing \($0)" } ?? "") + ": \(difference.counts.words)."
        case .cancelled(let generation, let current, let isDrifted):
            "The trial of generation \(generation) is over; "
                + (isDrifted
                    ? TrialState.sentence(ofCurrent: current)
                    : TrialState.sentence(ofRestored: current)) + "."
        case .extended(let generation, let deadline):
            "The trial of generation \(generation) goes on until "
                + "\(Timestamp(seconds: deadline).local)."
        case .nothingToRemove: "No changes: there is no table inet \(table)."
        }
    }

    /// What an operator can do next.
    private func notes(at place: CommandHint) -> [ReportLine] {
        switch change {
        case .removed(_, let from?, _):
            [ReportLine(.plain, "\(place.line("rollback --to \(from)")) brings it back.")]
        case .onTrial(let pending, let current, _): pending.notes(current: current, at: place)
        case .cancelled(_, _, true):
            [
                ReportLine(
                    .foreign,
                    "Table inet \(table) differs from it: \(place.line("diff")) shows how."
                )
            ]
        case .extended: [ReportLine(.plain, "\(place.line("confirm")) keeps it.")]
        case .nothing, .restored, .applied, .removed, .confirmed, .cancelled, .nothingToRemove: []
        }
    }
}

extension DrainingReport {
    func lines(in context: ReportContext) -> [ReportLine] {
        [
            ReportLine(.heading, headline),
            ReportLine(
                .plain,
                "\(context.place.line("remove --drain")) removes it when there are none."
            ),
        ]
    }

    /// What the table does now, in one sentence.
    public var headline: String {
        "Table inet \(table) redirects no new connections and is draining, \(flows) "
            + "(generation \(generation))."
    }

    /// One line about a table that drains, for a status.
    func statusLine(at place: CommandHint) -> ReportLine {
        ReportLine(
            .plain,
            "Draining, \(flows); \(place.line("remove --drain")) removes it when there are none."
        )
    }

    private var flows: String {
        guard let liveFlows else { return "number of flows unknown" }
        return "\(liveFlows) live redirected \(liveFlows == 1 ? "flow" : "flows") left"
    }
}

extension FlowsReport.Flush {
    /// What happened to the flows, in one sentence.
    fileprivate func sentence(isRemoved: Bool) -> String {
        func part(_ count: Int, _ one: String, _ many: String) -> String? {
            count == 0 ? nil : "\(count) \(count == 1 ? one : many)"
        }
        let parts = [
            "\(flushed) \(flushed == 1 ? "flow" : "flows") flushed",
            part(gone, "had already ended", "had already ended"),
            isRemoved
                ? part(
                    moved,
                    "goes to its original destination",
                    "go to their original destination"
                ) : part(moved, "goes the new way", "go the new way"),
            part(cut, "TCP connection ends", "TCP connections end"),
            part(waiting, "waits for a packet of the client", "wait for a packet of the client"),
        ]
        return parts.compactMap(\.self).joined(separator: "; ") + "."
    }
}

extension ChangeCounts {
    /// `3 added, 0 changed, 1 removed, 12 unchanged`.
    var words: String {
        "\(added) added, \(changed) changed, \(removed) removed, \(unchanged) unchanged"
    }

    /// `+3 ~0 -1`.
    var signs: String { "+\(added) ~\(changed) -\(removed)" }
}
