import RulesetModel

/// A difference as drift: what was expected, and what the kernel holds instead.
public struct DriftText {
    private let difference: Difference

    /// Creates the text of a drift.
    public init(_ difference: Difference) {
        self.difference = difference
    }

    /// The findings and a count of them; with `objects`, also the commands that would mend it.
    public func lines(objects: Bool) -> [ReportLine] {
        guard !difference.isEmpty else { return [] }
        var table = RedirectTable()
        var foreign = difference.foreign.map { $0.line() }
        let changes = difference.isWithoutEffect ? [] : difference.redirects
        for redirect in difference.details(of: changes) {
            let wanted = RedirectView(redirect.wanted)
            switch redirect.change.kind {
            case .add:
                table.add(
                    .removal,
                    name: redirect.name,
                    view: wanted,
                    notes: ["missing in the kernel"]
                )
            case .move:
                table.add(
                    .change,
                    name: redirect.name,
                    view: wanted,
                    notes: ["out of order in the kernel"]
                )
            case .change:
                let words = redirect.differences
                table.add(
                    .change,
                    name: redirect.name,
                    view: wanted,
                    notes: words.isEmpty ? [] : ["kernel has \(words.joined(separator: ", "))"],
                    below: words.isEmpty ? redirect.driftLines : []
                )
            case .layout: break
            case .remove:
                foreign += redirect.live.map { $0.object.line() }
            }
        }
        var lines = difference.structure.flatMap(\.driftLines) + table.lines + foreign
        if objects {
            lines += [ReportLine(.plain), ReportLine(.heading, "Mended by, in one transaction:")]
            lines += difference.operationLines
        }
        return lines + [ReportLine(.plain), ReportLine(.heading, summary(foreign: foreign.count))]
    }

    private func summary(foreign: Int) -> String {
        let changed = difference.redirects.filter { $0.kind != .remove && $0.kind != .layout }.count
        if difference.isWithoutEffect {
            return changed == 1
                ? "1 redirect has no effect." : "\(changed) redirects have no effect."
        }
        var parts: [String] = []
        if changed > 0 {
            parts.append("\(changed) \(changed == 1 ? "redirect" : "redirects") changed")
        }
        if foreign > 0 { parts.append("\(foreign) foreign \(foreign == 1 ? "object" : "objects")") }
        if parts.isEmpty { parts.append("The table itself was changed") }
        return parts.joined(separator: ", ") + "."
    }
}

extension Difference {
    /// Whether no redirect has any effect, so that none needs a word of its own.
    fileprivate var isWithoutEffect: Bool {
        structure.contains(.tableMissing) || structure.contains(.tableDormant)
    }
}

extension ChangedRedirect {
    fileprivate var driftLines: [ReportLine] {
        missingRules.map { ReportLine(.removal, "      missing in \($0.line)") }
            + surplusRules.map { ReportLine(.foreign, "      not ours in \($0.line)") }
    }
}

extension StructuralChange {
    fileprivate var driftLines: [ReportLine] {
        switch self {
        case .tableMissing: [ReportLine(.removal, "  - the table is gone")]
        case .tableUnwanted: [ReportLine(.foreign, "  ! the table is there again")]
        case .tableDormant: [ReportLine(.change, "  ~ the table is dormant: nothing is redirected")]
        case .tableReplaced:
            [ReportLine(.foreign, "  ! the table holds names that nft can't express")]
        case .chainMissing(let name): [ReportLine(.removal, "  - chain \(name) is gone")]
        case .chainReplaced(let name, let found):
            [
                ReportLine(
                    .change,
                    "  ~ chain \(name) is attached otherwise: \(found.words)"
                )
            ]
        case .rulesMissing(let name, let rules):
            rules.map { ReportLine(.removal, "  - chain \(name) lacks the rule `\($0)`") }
        case .rulesMoved(let name, let rules):
            rules.map {
                ReportLine(.change, "  ~ chain \(name) has the rule `\($0)` in another place")
            }
        case .chainDrops(let name):
            [
                ReportLine(
                    .change,
                    "  ~ chain \(name) drops what no redirect matches (policy drop)"
                )
            ]
        case .mapReplaced(let name, let found):
            [ReportLine(.change, "  ~ map \(name) is of another type: \(found.text)")]
        case .olderLayout(let version):
            [
                ReportLine(
                    .change,
                    "  ~ redirctl \(version) laid out the rules; an apply renews them"
                )
            ]
        case .markerDiffers(let found) where found.isEmpty:
            [ReportLine(.change, "  ~ the generation's marker is gone")]
        case .markerDiffers(let found):
            [
                ReportLine(
                    .change,
                    "  ~ the marker says \(found.map(\.chain).joined(separator: ", "))"
                )
            ]
        }
    }
}
