import Diagnostics
import RulesetModel

/// Reports as lines for people.
public struct TextFormat: ReportFormat {
    private let isColored: Bool

    /// Creates the format, with or without the colours of a terminal.
    public init(isColored: Bool) { self.isColored = isColored }

    /// The whole output for a report; a failure has none, because its text goes to standard error.
    public func text(of report: Report, in context: ReportContext) -> String {
        switch report {
        case .plan(let plan): text(plan.lines(in: context))
        case .savedPlan(let plan): text(plan.lines(in: context))
        case .change(let change): text(change.lines(in: context))
        case .draining(let draining): text(draining.lines(in: context))
        case .drift(let drift): text(drift.lines(in: context))
        case .watch(let watch): text(watch.lines(in: context))
        case .status(let status): text(status.lines(in: context))
        case .tables(let tables): text(tables.lines(in: context))
        case .restoration(let restoration): text(restoration.lines(in: context))
        case .history(let history): text(history.lines)
        case .comparison(let comparison): text(comparison.lines(in: context))
        case .policyDifference(let difference): text(difference.lines(in: context))
        case .generation(let generation): generation.text
        case .script(let ruleset): ruleset.script
        case .layout(let layout): text(layout.lines)
        case .validation(let validation): ValidationReport.text(of: validation)
        case .explanation(let explanation): text(explanation.lines)
        case .doctor(let doctor): text(doctor.lines)
        case .walk(let walk): text(walk.lines)
        case .tests(let tests): text(tests.lines)
        case .example(let example): example.policy ?? text(example.lines)
        case .exampleList(let list): text(list.lines(in: context))
        case .temporaryTable(let table): text(table.lines)
        case .failure: ""
        }
    }

    private func text(_ lines: [ReportLine]) -> String {
        lines.map { render($0) + "\n" }.joined()
    }

    /// Others can put any characters into names and comments of the table, so those that a terminal
    /// would take for a command are escaped.
    private func render(_ line: ReportLine) -> String {
        guard isColored, let color = line.role.color else { return line.text.escaped }
        return line.parts.map { part in
            let text = part.text.escaped
            return part.isColored && !text.isEmpty ? "\u{1B}[\(color)m\(text)\u{1B}[0m" : text
        }.joined()
    }
}

extension ReportLine.Role {
    /// The parameters of the terminal's escape sequence (ECMA-48, SGR).
    fileprivate var color: String? {
        switch self {
        case .heading: "1"
        case .addition: "32"
        case .change: "33"
        case .removal: "31"
        case .foreign: "35"
        case .plain: nil
        }
    }
}
