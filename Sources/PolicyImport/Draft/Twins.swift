import Addressing
import PolicyModel

/// Makes one redirect of those that differ in nothing but protocol, family or direction.
enum Twins {
    private typealias Entry = ImportedPolicy.Entry

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
    /// One moves up to the other only past redirects that have no connection with it in common.
    static func joined(_ entries: [ImportedPolicy.Entry]) -> [ImportedPolicy.Entry] {
        var entries = entries
        for join in [joinProtocols, joinFamilies, joinDirections] {
            entries = pass(entries, join)
        }
        return entries
    }

    private static func pass(
        _ entries: [ImportedPolicy.Entry],
        _ join: (RedirectDraft, RedirectDraft) -> RedirectDraft?
    ) -> [ImportedPolicy.Entry] {
        var result: [ImportedPolicy.Entry] = []
        var places: [RedirectDraft: Int] = [:]
        var last: [Cell: Int] = [:]
        for entry in entries {
            guard case .redirect(let draft) = entry else {
                result.append(entry)
                continue
            }
            let (body, cells) = (draft.body, cells(of: draft))
            let latest = cells.compactMap { last[$0] }.max() ?? -1
            if let place = places[body], latest <= place,
                case .redirect(let earlier) = result[place], let both = join(earlier, draft)
            {
                result[place] = .redirect(both)
                for cell in cells { last[cell] = place }
            } else {
                places[body] = result.count
                for cell in cells { last[cell] = result.count }
                result.append(entry)
            }
        }
        return result
    }

    private static func cells(of draft: RedirectDraft) -> [Cell] {
        let mine = draft.match.protocols.map { $0.map { $0 as TransportProtocol? } } ?? transports
        return draft.directions.flatMap { direction in
            draft.match.families.flatMap { family in
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
