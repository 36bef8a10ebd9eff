import Addressing
import Diagnostics
import PolicyAnalysis
import PolicyModel
import TableDiff

extension ConnectionsReport {
    /// What changes, one example a line, with an empty line after it.
    func lines(width: Int?) -> [ReportLine] { ConnectionsJSON(self).lines(width: width) }
}

extension ConnectionsJSON {
    /// What changes, one example a line, with an empty line after it; at most `limit` examples.
    func lines(atMost limit: Int = .max, width: Int?) -> [ReportLine] {
        guard total > 0 || !notCompared.isEmpty else {
            return [
                ReportLine(
                    .plain,
                    generation.map { "Every connection goes where it went in generation \($0)." }
                        ?? "No connection goes elsewhere."
                ), ReportLine(.plain),
            ]
        }
        let heading =
            generation.map { "Connections that go elsewhere than in generation \($0)" }
            ?? "Connections that go elsewhere"
        let examples = total > 0 ? ", with an example of each kind:" : ":"
        let shown = changes.prefix(limit)
        return [ReportLine(.heading, heading + examples)] + Self.rows(shown, width: width)
            + ReportLine.rest(total - shown.count, "kind", "kinds")
            + undecided + [ReportLine(.plain)]
    }

    private static func rows(_ changes: ArraySlice<Change>, width: Int?) -> [ReportLine] {
        let rows = changes.map { change in
            let note = change.exampleIsLocal == true ? " (an address of this machine)" : ""
            return [
                ColumnLayout.Cell(text: change.example + note), .init(text: change.from),
                .change("→ \(change.to)"), .init(text: "(\(change.deciders))"),
            ]
        }
        let layout = ColumnLayout(rows, indent: 2, width: width)
        return rows.flatMap { row in
            layout.lines(of: row).map { ReportLine(.change, $0) }
        }
    }

    private var undecided: [ReportLine] {
        guard let first = notCompared.first else { return [] }
        let others = notCompared.count == 1 ? "" : " and \(notCompared.count - 1) more"
        return [
            ReportLine(
                .foreign,
                "  ! not fully compared, because it would take too long: connections of `\(first)`"
                    + others
            )
        ]
    }
}

extension ConnectionsJSON.Change {
    /// Which redirects decide: `web, was old-web`.
    fileprivate var deciders: String {
        switch (oldRedirect, newRedirect) {
        case (let old?, let new?): old == new ? new : "\(new), was \(old)"
        case (nil, let new?): "\(new), was none"
        case (let old?, nil): "none, was \(old)"
        case (nil, nil): "none"
        }
    }
}

extension PolicyComparison.Change {
    /// Which connections these are, in words: ``connections of `web` that `other` decides now``.
    var condition: String {
        let connections =
            switch (old?.name, new?.name) {
            case (let old?, let new?) where old == new: "connections of `\(new)`"
            case (let old?, let new?): "connections of `\(old)` that `\(new)` decides now"
            case (let old?, nil): "connections of `\(old)` that no redirect decides now"
            case (nil, let new?): "connections of `\(new)` that no redirect decided before"
            case (nil, nil): "connections that no redirect decides"
            }
        return connections + (clients.map { ", from clients that \($0)" } ?? "")
    }

    /// Which clients these are, if the redirects masquerade only some; `nil` for all.
    private var clients: String? {
        let isForSome =
            old?.masquerade.map { $0.clients != nil } == true
            || new?.masquerade.map { $0.clients != nil } == true
        guard isForSome else { return nil }
        return switch (oldFate.source != nil, newFate.source != nil) {
        case (true, true): "are masqueraded"
        case (true, false): "were masqueraded"
        case (false, true): "are masqueraded now"
        case (false, false): "are not masqueraded"
        }
    }

    /// The example as a policy writes it.
    var exampleText: String {
        guard let example else { return condition }
        if let connection = example.connection { return "\(connection)" }
        let packet = example.packet
        let place =
            packet.destinationPort.map(packet.destination.text) ?? "\(packet.destination)"
        let opener =
            packet.direction == .outbound && packet.process == nil ? " (by the kernel)" : ""
        let payload =
            switch packet.payload {
            case .transport(let transport, _, _): transport.rawValue
            case .portless(let number): "protocol \(number)"
            }
        return "\(packet.direction.rawValue) \(payload) \(place)\(opener)"
    }

    /// Where the example went and where it goes, in different words.
    var words: (from: String, to: String) {
        guard let example else { return ("elsewhere", "elsewhere") }
        let from = Self.words(example.old, oldFate, example.packet)
        let to = Self.words(example.new, newFate, example.packet)
        let isNamed = min(example.old.places.count, example.new.places.count) <= Self.shownPlaces
        guard from == to || !isNamed else { return (from, to) }
        // The order of the targets says which of them a client gets.
        let difference =
            Self.difference(of: example.new, from: example.old)
            ?? (from == to ? "in another order" : nil)
        return (from, ([to] + [difference].compactMap(\.self)).joined(separator: ", "))
    }

    private static let shownPlaces = 3
    private static let shownDifferences = 2

    /// What differs between two ways to share connections among several targets; `nil` if each has the
    /// same part.
    private static func difference(of new: Outcome, from old: Outcome) -> String? {
        func names(_ places: some Sequence<String>) -> String {
            let all = places.sorted()
            let more = all.count - shownDifferences
            return (all.prefix(shownDifferences) + (more > 0 ? ["\(more) more"] : []))
                .joined(by: "and")
        }
        func texts(_ places: [Outcome.Place: UInt32]) -> Set<String> {
            Set(places.keys.map { "\($0)" })
        }
        let (before, after) = (texts(old.places), texts(new.places))
        let (added, gone) = (after.subtracting(before), before.subtracting(after))
        switch (added.isEmpty, gone.isEmpty) {
        case (false, false): return "\(names(added)) instead of \(names(gone))"
        case (false, true): return "\(names(added)) added"
        case (true, false): return "without \(names(gone))"
        case (true, true): break
        }
        let weights = new.places.map { (place: $0, old: old.places[$0] ?? 0, new: $1) }
        let totals = weights.reduce(into: (old: UInt64(0), new: UInt64(0))) {
            $0.old += UInt64($1.old)
            $0.new += UInt64($1.new)
        }
        // Weights that are all twice as large share in the same way.
        let isTheSame = weights.allSatisfy {
            UInt64($0.old) * totals.new == UInt64($0.new) * totals.old
        }
        guard !isTheSame else { return nil }
        return names(
            weights.filter { $0.old != $0.new }
                .map { "\($0.place) with weight \($0.new) instead of \($0.old)" }
        )
    }

    private static func words(_ outcome: Outcome, _ fate: Fate, _ packet: FirstPacket) -> String {
        let sent = Outcome.Place(
            host: .address(packet.destination),
            port: packet.destinationPort
        )
        if outcome.places.keys.allSatisfy({ $0 == sent }) { return "unchanged" }
        let sources = Set(
            outcome.places.keys.map { words(of: outcome.source(at: $0, of: packet)) }
        )
        let isEven = Set(outcome.places.values).count == 1
        let places = outcome.places.map { place, weight in
            // What stays on this machine keeps its source.
            let source =
                sources.count > 1 ? words(of: outcome.source(at: place, of: packet)) : nil
            let details = [isEven ? nil : "weight \(weight)", source].compactMap(\.self)
            return details.isEmpty ? "\(place)" : "\(place) (\(details.joined(separator: ", ")))"
        }
        var text =
            places.count > shownPlaces
            ? "one of \(places.count) targets" : places.sorted().joined(separator: " or ")
        if places.count > 1, fate.method == .sourceHash { text += " by client" }
        if sources.count == 1, case let common?? = sources.first { text += ", \(common)" }
        if sources.count > 1, places.count > shownPlaces { text += ", some with another source" }
        return text
    }

    /// What becomes of a source; `nil` if it stays.
    private static func words(of source: Masquerade.Source?) -> String? {
        guard let source else { return nil }
        let addresses = source.addresses.values.map(\.description).joined()
        return addresses.isEmpty ? "masqueraded" : "with source \(addresses)"
    }
}

extension PolicyDifferenceReport {
    /// The redirects and connections that change, and a summary.
    func lines(in context: ReportContext) -> [ReportLine] {
        [ReportLine(.heading, "\(old) → \(new)"), ReportLine(.plain)]
            + PlanText(difference, atMost: limit, width: context.width).changes(
                objects: showsObjects
            )
            + (hasDifference || !connections.comparison.isEmpty
                ? connections.lines(width: context.width) : [])
            + [ReportLine(.heading, summary)]
    }

    private var hasDifference: Bool { !difference.isEmpty }

    private var summary: String {
        let redirects =
            hasDifference ? difference.counts.words : "The two policies have the same rules"
        let total = connections.comparison.total
        let kinds =
            switch total {
            case 0 where !connections.comparison.isEmpty: "not all connections were compared"
            case 0: "no connection goes elsewhere"
            case 1: "one kind of connection goes elsewhere"
            default: "\(total) kinds of connections go elsewhere"
            }
        return "\(redirects); \(kinds)."
    }
}
