import RulesetModel
public import TableDiff

/// A difference as drift: what was expected, and what the kernel has instead.
public struct DriftText {
    private let difference: Difference
    private let limit: Int
    private let width: Int?

    /// Creates the text of a drift.
    ///
    /// It shows at most `limit` redirects and as many objects not from redirctl, and counts the others.
    /// `width` is that of the terminal; `nil` gives lines of any length.
    public init(_ difference: Difference, atMost limit: Int = .max, width: Int? = nil) {
        self.difference = difference
        self.limit = limit
        self.width = width
    }

    /// The findings and a count of them; with `objects`, also the commands that would repair it.
    public func lines(objects: Bool) -> [ReportLine] {
        guard !difference.isEmpty else { return [] }
        let changes = difference.isWithoutEffect ? [] : difference.redirects
        let ours = changes.filter { $0.kind != .remove }
        let theirs = difference.objects(
            ofRedirects: changes.lazy.filter { $0.kind == .remove }.map(\.name),
            atMost: max(0, limit - difference.foreign.count)
        )
        let foreignCount = difference.foreign.count + theirs.count
        var lines = difference.structure.flatMap { $0.driftLines(atMost: limit) }
        lines += table(of: ours.prefix(limit)).lines(width: width)
        lines += rest(ours.count, "redirect", "redirects")
        lines += (difference.foreign.prefix(limit) + theirs.first).map { $0.line() }
        lines += ForeignObject.rest(foreignCount - limit, hint: ReportLine.hint)
        if objects {
            lines += [
                ReportLine(.plain), ReportLine(.heading, "To repair it, in one transaction:"),
            ]
            lines += difference.commandLines(atMost: limit, hint: ReportLine.hint)
        }
        return lines + [ReportLine(.plain), ReportLine(.heading, summary(foreign: foreignCount))]
    }

    private func rest(_ count: Int, _ one: String, _ many: String) -> [ReportLine] {
        ReportLine.rest(count - limit, one, many, hint: ReportLine.hint)
    }

    private func table(of changes: some Sequence<RedirectChange>) -> RedirectTable {
        var table = RedirectTable()
        for redirect in difference.details(of: changes) {
            let wanted = RedirectView(redirect.wanted)
            switch redirect.change.kind {
            case .add:
                table.add(
                    .removal,
                    name: redirect.name,
                    view: wanted,
                    notes: [.change("missing in the kernel")]
                )
            case .move:
                table.add(
                    .change,
                    name: redirect.name,
                    view: wanted,
                    notes: [.change("out of order in the kernel")]
                )
            case .change where redirect.isUnreached:
                table.add(
                    .removal,
                    name: redirect.name,
                    view: wanted,
                    notes: [.change("not reached in the kernel")]
                )
            case .change:
                let words = redirect.driftWords
                table.add(
                    .change,
                    name: redirect.name,
                    view: wanted,
                    notes: words.map { [.change($0)] } ?? [],
                    below: words == nil ? redirect.driftLines(atMost: limit) : []
                )
            case .layout, .remove: break
            }
        }
        return table
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
        if foreign > 0 {
            parts.append("\(foreign) \(foreign == 1 ? "object" : "objects") not from redirctl")
        }
        if parts.isEmpty { parts.append("The table itself was changed") }
        return parts.joined(separator: ", ") + "."
    }
}

extension Difference {
    /// Whether no redirect has any effect, so that none is listed.
    fileprivate var isWithoutEffect: Bool {
        structure.contains(.tableMissing) || structure.contains(.tableDormant)
    }
}

extension ChangedRedirect {
    /// What the kernel has instead; `nil` if words can't say it.
    fileprivate var driftWords: String? {
        let (words, lists) = differences
        let parts = words + lists.map { $0.words(more: $0.live, less: $0.wanted) }
        guard let first = parts.first else { return nil }
        let text = parts.joined(separator: ", ")
        return first.hasPrefix("not ") ? "\(text) in the kernel" : "kernel has \(text)"
    }

    fileprivate func driftLines(atMost limit: Int) -> [ReportLine] {
        // Rules that packets do not get to any more can read as before.
        let missing = missingRules.map(\.line)
        let surplus = surplusRules.map(\.line)
        func lines(_ all: [String], _ role: ReportLine.Role, _ prefix: String) -> [ReportLine] {
            ReportLine.rules(Array(all.prefix(limit)), of: all.count, role, prefix)
        }
        let all =
            lines(missing.removing(surplus), .removal, "      missing in ")
            + lines(surplus.removing(missing), .foreign, "      unexpected in ")
        return all.isEmpty ? [ReportLine(.change, "      partly not reached in the kernel")] : all
    }
}

extension StructuralChange {
    fileprivate func driftLines(atMost limit: Int) -> [ReportLine] {
        switch self {
        case .tableMissing: [ReportLine(.removal, "  - the table is gone")]
        case .tableUnwanted: [ReportLine(.foreign, "  ! the table exists again")]
        case .tableDormant: [ReportLine(.change, "  ~ the table is dormant: nothing is redirected")]
        case .tableReplaced:
            [ReportLine(.foreign, "  ! the table has names that nft can't express")]
        case .chainMissing(let name): [ReportLine(.removal, "  - chain \(name) is gone")]
        case .chainReplaced(let name, .none):
            [ReportLine(.change, "  ~ chain \(name) is attached to no hook, so it has no effect")]
        case .chainReplaced(let name, let found):
            [
                ReportLine(
                    .change,
                    "  ~ chain \(name) is attached differently: \(found.words)"
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
            [ReportLine(.change, "  ~ map \(name) has another type: \(found.text)")]
        case .olderLayout(let version), .olderLayoutComesBack(let version):
            [
                ReportLine(
                    .change,
                    "  ~ redirctl \(version) wrote the rules in another layout; `apply` replaces them"
                )
            ]
        case .mapLimited(let name, let size):
            [
                ReportLine(
                    .change,
                    "  ~ map \(name) takes no more than \(size) "
                        + (size == 1 ? "element" : "elements") + " (size \(size))"
                )
            ]
        case .markerDiffers(let found) where found.isEmpty:
            [ReportLine(.change, "  ~ the generation's marker is gone")]
        case .markerDiffers(let found):
            [
                ReportLine(
                    .change,
                    "  ~ the kernel's table is marked "
                        + found.prefix(limit).map(\.chain)
                        .joined(separator: ", ")
                        + (found.count > limit ? " and \(found.count - limit) more" : "")
                )
            ]
        }
    }
}

extension [PlacedRule] {
    /// The first rules, one a line, and how many more there are.
    func lines(_ role: ReportLine.Role, _ prefix: String, atMost limit: Int) -> [ReportLine] {
        ReportLine.rules(self.prefix(limit).map(\.line), of: count, role, prefix)
    }
}

extension ReportLine {
    /// The first rules, one a line, and how many more of `count` there are.
    static func rules(
        _ first: [String],
        of count: Int,
        _ role: ReportLine.Role,
        _ prefix: String
    ) -> [ReportLine] {
        first.map { ReportLine(role, prefix + $0) }
            + ReportLine.rest(count - first.count, "rule", "rules", indent: 6)
    }
}
