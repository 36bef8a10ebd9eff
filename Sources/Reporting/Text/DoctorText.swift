public import Doctor

extension DoctorReport {
    /// The findings with what mends them, and how many there are.
    var lines: [ReportLine] {
        let redirects = diagnosis.examined == 1 ? "1 redirect" : "\(diagnosis.examined) redirects"
        let unknown = diagnosis.notExamined.map {
            ReportLine(.plain, "The kernel does not tell: \($0)")
        }
        let tables = tables?.lines(unexamined: diagnosis.unexaminedRedirects) ?? []
        let isComplete = unknown.isEmpty && isExamined
        let part = isComplete ? "" : " in what could be examined"
        guard hasFindings else {
            return unknown + tables + [
                ReportLine(.heading, "No problems found\(part): \(redirects) examined")
            ]
        }
        let total = diagnosis.findings.count
        let shown = diagnosis.findings.findings.prefix(limit)
        return unknown + shown.flatMap { $0.lines() }
            + ReportLine.rest(
                total - shown.count,
                "problem",
                "problems",
                indent: 0,
                hint: limit < FindingList.most ? ReportLine.hint : ""
            )
            + tables + [
                ReportLine(
                    .heading,
                    "\(total) \(total == 1 ? "problem" : "problems") found: \(redirects) examined"
                )
            ]
    }
}

extension HostFinding {
    /// The finding, and below it what mends it.
    func lines(indent: Int = 0, namesRedirects: Bool = true) -> [ReportLine] {
        let (role, sign): (ReportLine.Role, String) =
            certainty == .certain ? (.foreign, "!") : (.change, "?")
        let margin = String(repeating: " ", count: indent)
        let parts = [
            ReportLine.Part(text: margin),
            ReportLine.Part(text: sign, isColored: true),
            ReportLine.Part(text: " \(namesRedirects ? line : sentence) [\(code.rawValue)]"),
        ]
        return [ReportLine(role, parts)]
            + (remedy?.lines ?? []).map { ReportLine(.plain, "\(margin)    \($0)") }
    }

    /// The redirects and what is wrong, in one line.
    public var line: String {
        guard let first = redirects.first else { return sentence }
        let others = redirects.count - 1
        let rest = others == 0 ? "" : " and \(others) \(others == 1 ? "other" : "others")"
        return "`\(first)`\(rest): \(sentence)"
    }
}

extension HostFinding.Remedy {
    /// What to do, one line each.
    fileprivate var lines: [String] {
        [advice, command, permanent.map { "\($0)  # keeps it" }].compactMap(\.self)
    }
}
