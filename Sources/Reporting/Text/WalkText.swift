internal import Addressing
internal import Doctor
internal import OtherTables
internal import PolicyAnalysis
internal import PolicyModel

extension WalkReport {
    /// The ways with what is in the way.
    var lines: [ReportLine] {
        var lines = [ReportLine(.heading, "\(explanation.connection)")]
        for walk in walks { lines += [ReportLine(.plain)] + walk.lines }
        if !findings.isEmpty {
            lines += [ReportLine(.plain)] + findings.flatMap { $0.lines(namesRedirects: false) }
        }
        if let locality { lines += [ReportLine(.plain), ReportLine(.plain, locality)] }
        if walks.isEmpty, findings.isEmpty {
            let sentence = "No redirect takes it elsewhere, so there is nothing to examine."
            return lines + [ReportLine(.plain), ReportLine(.plain, sentence)]
        }
        if !explanation.isComplete {
            lines.append(ReportLine(.plain, "Not every outcome was found; `explain` says why."))
        }
        return lines + [ReportLine(.plain)] + tables.lines(unexamined: 0) + [conclusion]
    }

    private var conclusion: ReportLine {
        guard let first = obstacles.first else {
            return ReportLine(
                .heading,
                walks.allSatisfy(\.isExamined)
                    ? "No obstacle was found." : "No obstacle was found in what could be examined."
            )
        }
        return ReportLine(.heading, "First obstacle: \(first.sentence)")
    }
}

extension ConnectionWalk {
    fileprivate var lines: [ReportLine] {
        [ReportLine(.plain, "`\(redirect)` redirects it to \(place).")]
            + steps.flatMap { step in
                let title = "  \(step.part.title)"
                let gap = step.notExamined.map { "not examined: \($0)" }
                guard !step.findings.isEmpty else {
                    return [ReportLine(.plain, "\(title): \(gap ?? "no obstacle")")]
                }
                return [ReportLine(.plain, "\(title):")]
                    + step.findings.flatMap { $0.lines(indent: 4, namesRedirects: false) }
                    + (gap.map { [ReportLine(.plain, "    \($0)")] } ?? [])
            }
    }
}

extension ConnectionWalk.Part {
    fileprivate var title: String {
        switch self {
        case .tablesBefore: "other tables, before it is redirected"
        case .way: "interfaces, routes and forwarding"
        case .tablesAfter: "other tables, after it is redirected"
        case .listener: "the program at the target"
        }
    }
}
