import GenerationModel
import TableDiff

extension StatusReport {
    /// The state of the table, and the redirects with their counters.
    func lines(in context: ReportContext) -> [ReportLine] {
        [reading.stateLine(at: context.now)]
            + (reading.isUnrecorded ? [TableCheck.unrecordedLine(at: context.place)] : [])
            + trialLine + hint(at: context.place)
            + (draining.map { [$0.statusLine(at: context.place)] } ?? [])
            + redirectLines(width: context.width)
    }

    /// Which generation decides beside the current one.
    private var trialLine: [ReportLine] {
        guard let trial = reading.trial else { return [] }
        return [
            ReportLine(
                .heading,
                "Generation \(trial.trial.generation), on trial, is in effect for another "
                    + "\(trial.secondsLeft) s."
            )
        ] + trial.lateEndLine
    }

    /// The command that shows a difference.
    private func hint(at place: CommandHint) -> [ReportLine] {
        let differs = if case .differs? = reading.drift { true } else { reading.trialDrift != nil }
        guard differs, reading.owner == nil else { return [] }
        let subject =
            reading.drift == Drift.none ? "What is on trial differs from what was sent; " : ""
        return [ReportLine(.plain, "\(subject)\(place.line("diff")) shows how.")]
    }

    private func redirectLines(width: Int?) -> [ReportLine] {
        guard !redirects.isEmpty else { return [] }
        var table = RedirectTable()
        for row in redirects {
            table.add(
                .plain,
                name: row.redirect,
                view: row.view,
                notes: row.counts + [.init(text: row.description.map { "# \($0)" } ?? "")],
                isOff: row.enabled == false
            )
        }
        return [ReportLine(.plain)] + table.lines(width: width)
            + ReportLine.rest(
                total - redirects.count,
                "redirect",
                "redirects",
                hint: "; a larger `--top` shows them"
            ) + sinceLine
    }

    /// What is counted, and since when; no line if nothing is.
    private var sinceLine: [ReportLine] {
        guard let since, redirects.contains(where: { $0.connections != nil }) else { return [] }
        let number = reading.trial?.trial.generation ?? reading.generation?.number ?? 0
        return [
            ReportLine(.plain),
            ReportLine(
                .plain,
                "Generation \(number) is from \(Timestamp(seconds: since).local); redirects that it did not "
                    + "change have counted longer."
            ),
            ReportLine(
                .plain,
                "A restart, or a restore of the table, resets all counts. Bytes are those of first "
                    + "packets."
            ),
        ]
    }
}

extension StatusReport.Row {
    /// What the redirect has counted, in two cells.
    fileprivate var counts: [ColumnLayout.Cell] {
        guard enabled != false else { return [.init(text: ""), .init(text: "")] }
        guard let connections, let bytes else {
            return [.init(text: "not counted"), .init(text: "")]
        }
        return [
            .init(
                text: "\(connections) \(connections == 1 ? "connection " : "connections")",
                isNumber: true
            ),
            .init(text: bytes.inUnits, isNumber: true),
        ]
    }
}

extension UInt64 {
    /// A number of bytes in a unit that makes it short: `720 B`, `1.2 KiB`.
    var inUnits: String {
        var (rest, unit) = (self, 0)
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        guard rest >= 1024 else { return "\(rest) B" }
        while rest >= 1024 * 1024 {
            rest /= 1024
            unit += 1
        }
        return "\(rest / 1024).\(rest % 1024 * 10 / 1024) \(units[unit])"
    }
}
