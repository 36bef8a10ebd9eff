import Addressing
import PolicyModel

/// Makes one redirect of those that differ in nothing but protocol, family or direction.
enum Twins {
    /// A place where a rule is left out that decided about connections: none of them may get past it.
    struct Barrier {
        /// The place of the entry that comes after it.
        let place: Int
        let direction: Direction
        let matches: [Match]
    }

    private enum Item {
        case entry(ImportedPolicy.Entry)
        case barrier(Barrier)
    }

    /// The ways in which connections differ for which rules are written twice.
    private struct Cell: Hashable {
        let direction: Direction
        let family: IPFamily
        /// `nil` for protocols without ports.
        let transport: TransportProtocol?
    }

    private static let transports: [TransportProtocol?] = TransportProtocol.allCases + [nil]

    /// Joins twins.
    ///
    /// One moves up to the other only past redirects and barriers that have no connection with it in
    /// common.
    static func joined(
        _ entries: [ImportedPolicy.Entry],
        _ barriers: [Barrier]
    ) -> [ImportedPolicy.Entry] {
        var items: [Item] = []
        var barriers = barriers[...]
        for (place, entry) in entries.enumerated() {
            while let barrier = barriers.first, barrier.place <= place {
                items.append(.barrier(barrier))
                barriers.removeFirst()
            }
            items.append(.entry(entry))
        }
        for join in [joinProtocols, joinFamilies, joinDirections] { items = pass(items, join) }
        return items.compactMap { item in
            if case .entry(let entry) = item { entry } else { nil }
        }
    }

    private static func pass(
        _ items: [Item],
        _ join: (RedirectDraft, RedirectDraft) -> RedirectDraft?
    ) -> [Item] {
        var result: [Item] = []
        var places: [RedirectDraft: Int] = [:]
        var last: [Cell: Int] = [:]
        for item in items {
            if case .barrier(let barrier) = item {
                for match in barrier.matches {
                    for cell in cells(of: match, [barrier.direction]) { last[cell] = result.count }
                }
            }
            guard case .entry(.redirect(let draft)) = item else {
                result.append(item)
                continue
            }
            let (body, cells) = (draft.body, cells(of: draft.match, draft.directions))
            let latest = cells.compactMap { last[$0] }.max() ?? -1
            if let place = places[body], latest <= place,
                case .entry(.redirect(let earlier)) = result[place], let both = join(earlier, draft)
            {
                result[place] = .entry(.redirect(both))
                for cell in cells { last[cell] = place }
            } else {
                places[body] = result.count
                for cell in cells { last[cell] = result.count }
                result.append(item)
            }
        }
        return result
    }

    private static func cells(of match: Match, _ directions: Set<Direction>) -> [Cell] {
        let mine = match.protocols.map { $0.map { $0 as TransportProtocol? } } ?? transports
        return directions.flatMap { direction in
            match.families.flatMap { family in
                mine.map { Cell(direction: direction, family: family, transport: $0) }
            }
        }
    }

    private static func joinProtocols(_ a: RedirectDraft, _ b: RedirectDraft) -> RedirectDraft? {
        guard a.directions == b.directions, a.match.family == b.match.family,
            let mine = a.match.protocols, let theirs = b.match.protocols
        else { return nil }
        var both = both(a, b)
        both.match.protocols = mine.union(theirs)
        return both
    }

    private static func joinFamilies(_ a: RedirectDraft, _ b: RedirectDraft) -> RedirectDraft? {
        guard a.directions == b.directions, a.match.protocols == b.match.protocols else {
            return nil
        }
        var both = both(a, b)
        if a.match.family != b.match.family { both.match.family = nil }
        return both
    }

    private static func joinDirections(_ a: RedirectDraft, _ b: RedirectDraft) -> RedirectDraft? {
        // An interface is where the one arrives, and where the other leaves.
        guard a.match.family == b.match.family, a.match.protocols == b.match.protocols,
            a.match.interfaces == nil, a.exceptions.allSatisfy({ $0.interfaces == nil })
        else { return nil }
        var both = both(a, b)
        both.directions.formUnion(b.directions)
        return both
    }

    private static func both(_ a: RedirectDraft, _ b: RedirectDraft) -> RedirectDraft {
        var both = a
        both.rules.formUnion(b.rules)
        both.description = a.description ?? b.description
        both.notes += b.notes.filter { !a.notes.contains($0) }
        return both
    }
}
