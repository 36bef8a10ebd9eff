import Diagnostics
import PolicyCompiler
import PolicyModel
import RulesetModel

extension LayoutReport {
    /// The chains with their steps; of many redirects in one map only the first.
    var lines: [ReportLine] {
        let never =
            neverMatching.isEmpty
            ? [] : [[ReportLine(.plain, "Never match: \(neverMatching.abridged)")]]
        return Array((chains.map(\.lines) + never).joined(separator: [ReportLine(.plain)]))
    }
}

extension LayoutReport.Chain {
    fileprivate var lines: [ReportLine] {
        var lines = [ReportLine(.heading, "Chain \(name), \(layout.direction.rawValue)")]
        if layout.steps.isEmpty { lines.append(ReportLine(.plain, "  nothing")) }
        for (index, step) in layout.steps.enumerated() {
            lines += step.lines(number: index + 1)
        }
        if !layout.covered.isEmpty {
            let names = layout.covered.abridged
            lines.append(
                ReportLine(.plain, "  Covered by earlier redirects of the same map: \(names)")
            )
        }
        return lines
    }
}

extension [String] {
    fileprivate var abridged: String {
        let shown = prefix(8).joined(separator: ", ")
        return count > 8 ? "\(shown), … (\(count))" : shown
    }
}

extension Layout.Step {
    fileprivate func lines(number: Int) -> [ReportLine] {
        switch self {
        case .rule(let redirect, let reason):
            return [ReportLine(.plain, "  \(number). rule of \(redirect): \(reason.words)")]
        case .map(let step):
            let elements = step.members.reduce(0) { $0 + $1.elements }
            let names = step.members.map { member in
                member.elements == 1 ? member.redirect : "\(member.redirect) (\(member.elements))"
            }
            return [
                ReportLine(.plain, "  \(number). map \(step.name)"),
                ReportLine(
                    .plain,
                    "     \(count(step.members.count, "redirect")), \(count(elements, "element")): "
                        + names.abridged
                ),
                ReportLine(.plain, "     \(step.rule.text)"),
            ]
        }
    }

    private func count(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}

extension Layout.Reason {
    /// The reason as the end of a sentence.
    var words: String {
        switch self {
        case .controlGroup: "a map's key can't contain a control group"
        case .codePoint: "some versions of nft store `dscp` wrongly in a map's key"
        case .maskedMark: "a map's key contains a whole mark, not some bits of it"
        case .interfacePrefix: "a map's key contains an interface's whole name, not its beginning"
        case .nothingToLookUp: "it matches on nothing that could be looked up"
        case .tooManyFields(let count):
            "it matches on \(count) keys at once, and a map's key has at most \(MapType.mostFields)"
        case .keyTooLong: "the addresses and names that it matches on are too long for one key"
        case .tooManyKeys(let count):
            "its lists have \(count >= 1_000_000 ? "a million or more" : "\(count)") combinations, "
                + "and sets need only the sum"
        case .tooManyRemainders: "earlier redirects split it into too many pieces"
        case .target: "no map can contain its target"
        }
    }
}

extension ValidationReport {
    /// A line for each policy.
    ///
    /// What is wrong goes to standard error; of a single policy, nothing more is to be said.
    static func text(of reports: [ValidationReport]) -> String {
        if reports.count == 1, !reports[0].isValid, reports[0].unlisted.errors == 0 { return "" }
        return reports.map(\.text).joined()
    }

    private var text: String {
        let name = policy == "-" ? "<stdin>" : policy.escaped
        let listed = findings.count { $0.severity == .error }
        let errors = listed + unlisted.errors
        let warnings = findings.count - listed + unlisted.warnings
        guard isValid, let redirects else {
            return "\(name): not valid, \(errors) \(errors == 1 ? "error" : "errors")"
                + (unlisted.errors > 0 ? " (\(listed) listed)" : "") + "\n"
        }
        return "\(name): valid, \(redirects) \(redirects == 1 ? "redirect" : "redirects")"
            + (disabled > 0 ? " (\(disabled) disabled)" : "")
            + (warnings > 0 ? ", \(warnings) \(warnings == 1 ? "warning" : "warnings")" : "")
            + (unlisted.warnings > 0 ? " (\(findings.count - listed) listed)" : "")
            + "\n"
    }
}

extension TemporaryTableReport {
    var lines: [ReportLine] {
        let words = "\(redirects) \(redirects == 1 ? "redirect" : "redirects")"
        return [
            ReportLine(.heading, "Table inet \(table) has \(words) until this program ends.")
        ]
    }
}
