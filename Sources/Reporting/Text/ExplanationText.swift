import Addressing
import Diagnostics
import PolicyAnalysis
import PolicyModel
import RulesetModel

extension ExplanationReport {
    private static let mostPlaces = 10

    /// The connection, what becomes of it, and why.
    var lines: [ReportLine] {
        let cases = explanation.cases
        var lines = [ReportLine(.heading, "\(connection)"), ReportLine(.plain)]
        if explanation.caseCount == 1, cases.count == 1, explanation.isComplete {
            lines += wrapped("\(decision(in: cases[0])).".capitalized, .heading)
            lines += effect(of: cases[0], indent: 2)
        } else {
            lines += wrapped(dependence, .heading)
            for (index, found) in cases.enumerated() {
                lines.append(ReportLine(.plain))
                lines += self.lines(of: found, number: index + 1)
            }
            lines += rest
        }
        lines += candidateLines
        lines += explanation.notes.flatMap {
            [ReportLine(.plain)] + wrapped("Note: \($0.words(of: connection))", hanging: 2)
        }
        if let live { lines += live.lines }
        return lines
    }

    private var connection: Connection { explanation.connection }

    private var context: ExplanationContext {
        ExplanationContext(connection: connection, accounts: accounts)
    }

    // MARK: - Outcomes

    private var dependence: String {
        if explanation.cases.isEmpty { return "What happens to it was not worked out." }
        let keys = explanation.openKeys.map(\.words)
        return keys.isEmpty
            ? "What happens to it:" : "What happens to it depends on \(keys.joined(by: "and")):"
    }

    private func lines(of found: Explanation.Case, number: Int) -> [ReportLine] {
        let head = "\(number). "
        let condition = found.condition.words(in: context)
        let sentence =
            condition.isEmpty ? decision(in: found) : "\(condition): \(decision(in: found))"
        var lines = wrapped("\(head)\(sentence.capitalized).", hanging: head.count)
        lines += effect(of: found, indent: head.count)
        if let witness = found.witness, witness != connection {
            let note =
                found.isWitnessOnThisMachine
                ? witness.destinationAddress.map { " (if \($0) is of this machine)" } : nil
            lines += wrapped(
                "\(String(repeating: " ", count: head.count))example  \(witness)\(note ?? "")",
                hanging: head.count + 9
            )
        }
        return lines
    }

    private var rest: [ReportLine] {
        let more = explanation.caseCount - explanation.cases.count
        var lines: [ReportLine] = []
        if more > 0 {
            lines = [ReportLine(.plain)] + ReportLine.rest(more, "outcome", "outcomes", indent: 0)
        }
        if !explanation.isComplete {
            let sentence =
                explanation.undecided.map { $0.words(place($0.redirect.span)) }
                ?? "Outcomes without an example are left out."
            lines.append(ReportLine(.plain))
            lines += wrapped(sentence, .foreign)
        }
        return lines
    }

    private func decision(in found: Explanation.Case) -> String {
        guard let redirect = found.redirect else { return "no redirect matches; it is left alone" }
        let place = "(\(place(redirect.span)))"
        return found.isUnchanged
            ? "`\(redirect.name)` leaves it alone \(place)"
            : "`\(redirect.name)` redirects it \(place)"
    }

    /// The connection before and after.
    private func effect(of found: Explanation.Case, indent: Int) -> [ReportLine] {
        guard !found.isUnchanged else { return [] }
        let sent = connection.destination.text(withPort: connection.destinationPort)
        let client = connection.sourceAddress.map { address in
            connection.sourcePort.map(address.text) ?? "\(address)"
        }
        func ends(_ source: String?, _ destination: String) -> String {
            "\(source.map { "\($0) -> " } ?? "")\(destination)"
        }
        let source = found.newSource?.words ?? client
        let indentation = String(repeating: " ", count: indent)
        var lines = [ReportLine(.plain, "\(indentation)before   \(ends(client, sent))")]
        let places = found.places.sorted { ($1.value, "\($0.key)") < ($0.value, "\($1.key)") }
        if places.count == 1 {
            lines.append(
                ReportLine(.addition, "\(indentation)after    \(ends(source, "\(places[0].key)"))")
            )
        } else {
            let total = places.reduce(0) { $0 + UInt64($1.value) }
            let method =
                if case .balance(let balance)? = found.redirect?.decision {
                    balance.method.words
                } else {
                    ""
                }
            lines.append(
                ReportLine(.plain, "\(indentation)after    one of \(places.count), \(method):")
            )
            lines += places.prefix(Self.mostPlaces).map { place, weight in
                let part = "\(weight) of \(total)"
                return ReportLine(
                    .addition,
                    "\(indentation)           \(ends(source, "\(place)"))  (\(part))"
                )
            }
            lines += ReportLine.rest(
                places.count - Self.mostPlaces,
                "target",
                "targets",
                indent: indent + 11
            )
        }
        if found.newSource != nil {
            lines += wrapped(
                "\(indentation)         The source stays if the connection does not leave this machine.",
                hanging: indent + 9
            )
        }
        return lines
    }

    // MARK: - The others

    private var candidateLines: [ReportLine] {
        let (candidates, count) = (explanation.candidates, explanation.candidateCount)
        guard count > 0 else { return [] }
        let isUndecided = explanation.cases.contains { $0.redirect == nil }
        let subject = isUndecided ? "Redirects" : "Earlier redirects"
        let number =
            candidates.count < count ? "\(candidates.count) of \(count)" : "\(count)"
        return [
            ReportLine(.plain),
            ReportLine(.heading, "\(subject) that do not decide it (\(number)):"),
        ]
            + candidates.flatMap { candidate in
                let redirect = candidate.redirect
                return [ReportLine(.plain, "  \(redirect.name) (\(place(redirect.span)))")]
                    + candidate.obstacles.flatMap {
                        wrapped("    \($0.words(in: context))", hanging: 6)
                    }
            }
    }
}

extension LiveExplanation {
    /// What the kernel has of the connection.
    fileprivate var lines: [ReportLine] {
        let number = generation.map { "generation \($0)" }
        let basis = isOfPolicy ? "the policy" : number ?? "the policy"
        let title = number.map { ", \($0)\(isOnTrial ? " on trial" : "")" } ?? ""
        return [
            ReportLine(.plain),
            ReportLine(.heading, "In the kernel (table inet \(table)\(title)):"),
        ]
            + (problem.map { wrapped("  ! \($0).", .foreign, hanging: 4) } ?? [])
            + redirects.flatMap { $0.lines(comparedWith: basis) } + flowLines + obstacleLines
    }

    /// Only an obstacle is worth saying which tables were read.
    private var obstacleLines: [ReportLine] {
        guard !obstacles.isEmpty else { return [] }
        return [ReportLine(.plain), ReportLine(.heading, "In its way, as `doctor` finds:")]
            + obstacles.flatMap { $0.lines(indent: 2, namesRedirects: false) }
            + (tables?.lines(unexamined: 0) ?? [])
    }

    private var flowLines: [ReportLine] {
        switch flows {
        case .unknown(let reason):
            return wrapped(
                "  The kernel does not list the connections that it tracks: \(reason)",
                hanging: 4
            )
        case .tracked(_, count: 0):
            return [ReportLine(.plain, "  No such connection is tracked now.")]
        case .tracked(let first, let count):
            let noun = count == 1 ? "connection is" : "connections are"
            return [ReportLine(.plain, "  \(count) such \(noun) tracked now:")]
                + first.flatMap(\.lines)
                + ReportLine.rest(count - first.count, "connection", "connections", indent: 4)
        }
    }
}

extension LiveExplanation.LiveRedirect {
    fileprivate func lines(comparedWith basis: String) -> [ReportLine] {
        let counted =
            connections.map { "it has counted \($0) \($0 == 1 ? "connection" : "connections")" }
            ?? "it does not count"
        let (role, sentence): (ReportLine.Role, String) =
            switch state {
            case .present: (.plain, "`\(redirect)` is there as \(basis) says; \(counted).")
            case .missing: (.removal, "`\(redirect)` is missing.")
            case .inactive: (.removal, "`\(redirect)` has no effect: the table is dormant.")
            case .differs: (.change, "`\(redirect)` differs from what \(basis) says; \(counted).")
            case .moved: (.change, "`\(redirect)` is out of order; \(counted).")
            }
        return wrapped("  \(role.glyph) \(sentence)", role, hanging: 4)
            + rules.map { ReportLine(.plain, "      \($0)") }
            + ReportLine.rest(ruleCount - rules.count, "rule", "rules", indent: 6)
    }
}

extension LiveExplanation.LiveFlow {
    fileprivate var lines: [ReportLine] {
        let ends = "\(flow.client.text) -> \(flow.destination.text)"
        let way =
            flow.target == flow.destination
            ? "goes where it was sent" : "goes to \(flow.target.text)"
        let source =
            flow.answerDestination == flow.client
            ? "" : ", with source \(flow.answerDestination.text)"
        let closed = flow.isClosed ? " (closed)" : ""
        let line = wrapped("    \(ends) \(way)\(source)\(closed)", hanging: 6)
        let hint =
            "      not as explained: it is older than the rules, or other rules decided it"
        return isAsExplained ? line : line + [ReportLine(.foreign, hint)]
    }
}

extension Flow.End {
    /// The end as a policy writes it.
    var text: String { port.map(address.text) ?? "\(address)" }
}

/// A text in lines that fit a terminal; what does not fit a line alone stays whole.
private func wrapped(
    _ text: String,
    _ role: ReportLine.Role = .plain,
    hanging: Int = 0
) -> [ReportLine] {
    let width = 80
    let start = text.prefix { $0 == " " }
    var lines: [String] = []
    var line = String(start)
    var isEmpty = true
    for word in text.dropFirst(start.count).split(separator: " ", omittingEmptySubsequences: false)
    {
        if !isEmpty, line.count + 1 + word.count > width {
            lines.append(line)
            line = String(repeating: " ", count: hanging)
            isEmpty = true
        }
        line += (isEmpty ? "" : " ") + word
        isEmpty = false
    }
    return (lines + [line]).map { ReportLine(role, $0) }
}

extension String {
    /// The text with a capital letter at the beginning.
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
