import RulesetModel

/// A difference as a plan: what an apply would do.
public struct PlanText {
    private let difference: Difference
    private let limit: Int

    /// Creates the text of a plan; it shows so many of each kind of thing and counts the others.
    public init(_ difference: Difference, atMost limit: Int = .max) {
        self.difference = difference
        self.limit = limit
    }

    /// The changes and a summary of them; with `objects`, also the commands beneath.
    public func lines(objects: Bool) -> [ReportLine] {
        changes(objects: objects) + [ReportLine(.heading, summary)]
    }

    /// The changes, with an empty line behind them where there are any.
    public func changes(objects: Bool) -> [ReportLine] {
        var blocks = [changes]
        if objects, !difference.commands.isEmpty {
            blocks.append(
                [ReportLine(.heading, "In one transaction:")]
                    + difference.commandLines(atMost: limit)
            )
        }
        return blocks.filter { !$0.isEmpty }.flatMap { $0 + [ReportLine(.plain)] }
    }

    private var changes: [ReportLine] {
        var table = RedirectTable()
        let redirects = difference.redirects.filter { $0.kind != .layout }
        for redirect in difference.details(of: redirects.prefix(limit)) {
            let (wanted, live) = (RedirectView(redirect.wanted), RedirectView(redirect.live))
            let name = redirect.name
            switch redirect.change.kind {
            case .add: table.add(.addition, name: name, view: wanted)
            case .remove: table.add(.removal, name: name, view: live)
            case .layout: break
            case .move:
                table.add(.change, name: name, view: wanted, notes: ["(moves in the order)"])
            case .change:
                let words = redirect.differences
                table.add(
                    .change,
                    name: name,
                    view: wanted,
                    notes: words.isEmpty ? [] : ["(was \(words.joined(separator: ", ")))"],
                    below: words.isEmpty ? redirect.ruleLines(atMost: limit) : []
                )
            }
        }
        return difference.structure.compactMap(\.planLine) + table.lines
            + ReportLine.rest(redirects.count - limit, "redirect", "redirects")
            + difference.foreign.prefix(limit).map { $0.line(suffix: "  (goes)") }
            + ReportLine.rest(difference.foreign.count - limit, "foreign object", "foreign objects")
    }

    /// `Plan: 1 to add, …`, or that there is nothing to do.
    private var summary: String {
        guard difference.isSubstantial || difference.isEmpty else {
            return
                "No redirect changes: \(count(difference.unchanged)) up to date, but the table has "
                + "another generation's marker."
        }
        guard difference.isSubstantial else {
            return difference.unchanged == 0
                ? "Nothing to do." : "Nothing to do: \(count(difference.unchanged)) as wanted."
        }
        let counts = Dictionary(grouping: difference.redirects, by: \.kind).mapValues(\.count)
        let (add, remove) = (counts[.add] ?? 0, counts[.remove] ?? 0)
        let change = (counts[.change] ?? 0) + (counts[.move] ?? 0)
        let foreign =
            difference.foreign.isEmpty ? "" : ", \(difference.foreign.count) foreign to remove"
        let rules = difference.commands.filter(\.isAboutRule).count
        let elements = difference.commands.reduce(0) { $0 + $1.elementCount }
        let commands =
            "\(rules) rule \(rules == 1 ? "command" : "commands")"
            + (elements == 0 ? "" : " and \(elements) \(elements == 1 ? "element" : "elements")")
        let changes =
            difference.isOnlyLayout
            ? "same redirects, \(difference.comesBack ? "older" : "new") layout"
            : "\(add) to add, \(change) to change, \(remove) to remove" + foreign
                + ", \(difference.unchanged) unchanged"
        return "Plan: \(changes); \(commands) in one transaction."
    }

    private func count(_ redirects: Int) -> String {
        redirects == 1 ? "1 redirect is" : "\(redirects) redirects are"
    }
}

extension ChangedRedirect {
    /// The rules that only one side has, for a change that the view can't put into words.
    fileprivate func ruleLines(atMost limit: Int) -> [ReportLine] {
        surplusRules.lines(.removal, "      - ", atMost: limit)
            + missingRules.lines(.addition, "      + ", atMost: limit)
    }
}

extension ForeignObject {
    /// `! foreign rule in chain output, before ours: …`.
    func line(suffix: String = "") -> ReportLine {
        let place = place.map { " in \($0)" } ?? ""
        return ReportLine(.foreign, "  ! foreign \(kind)\(place): \(text)\(suffix)")
    }
}

extension StructuralChange {
    private static func words(_ rules: [String]) -> String {
        rules.count == 1
            ? "rule `\(rules[0])`" : "rule `\(rules[0])` and \(rules.count - 1) more"
    }

    fileprivate var planLine: ReportLine? {
        switch self {
        case .tableMissing: ReportLine(.addition, "  + the table itself")
        case .tableUnwanted: ReportLine(.removal, "  - the table itself")
        case .tableDormant:
            ReportLine(
                .change,
                "  ~ the table is dormant, so it is made anew and its counters start at zero"
            )
        case .tableReplaced:
            ReportLine(
                .change,
                "  ~ the table holds names that nft can't express; so it is made anew "
                    + "and its counters start at zero"
            )
        case .chainMissing(let name): ReportLine(.addition, "  + chain \(name)")
        case .chainReplaced(let name, let found):
            ReportLine(
                .change,
                "  ~ chain \(name) is made anew "
                    + "(was: \(found.words)); "
                    + "among NAT chains of the same priority it then runs first"
            )
        case .rulesMissing(let name, let rules):
            ReportLine(.change, "  ~ chain \(name) gets the \(Self.words(rules))")
        case .rulesMoved(let name, let rules):
            ReportLine(.change, "  ~ chain \(name) gets back in place the \(Self.words(rules))")
        case .chainDrops(let name):
            ReportLine(.change, "  ~ chain \(name) no longer drops what no redirect matches")
        case .mapReplaced(let name, let found):
            ReportLine(.change, "  ~ map \(name) is made anew (was: \(found.text))")
        case .olderLayoutComesBack(let version):
            ReportLine(
                .change,
                "  ~ the rules are laid out again as redirctl \(version) did it; redirects that stay the "
                    + "same keep their counts"
            )
        case .olderLayout(let version):
            ReportLine(
                .change,
                "  ~ redirctl \(version) laid out the rules; they are renewed for the same redirects, "
                    + "which keep their counts"
            )
        case .mapLimited(let name, let size):
            ReportLine(.change, "  ~ map \(name) is made anew (was: size \(size))")
        case .markerDiffers: nil
        }
    }
}
