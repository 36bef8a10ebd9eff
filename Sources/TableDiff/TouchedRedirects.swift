import Addressing
import RulesetModel

/// The redirects that can differ at all: those of which something comes, goes or stands elsewhere.
///
/// Only these are compared as a whole; a table may have 100,000 others.
struct TouchedRedirects {
    private(set) var all: Set<String> = []

    /// Those of which something only stands elsewhere.
    private(set) var displaced: Set<String> = []

    init(
        _ live: LiveTable,
        _ wanted: Ruleset,
        _ maps: [MapComparison],
        _ chains: [ChainComparison],
        _ sharedMaps: SharedMaps
    ) {
        let wantedChains = Set(chains.map(\.wanted.name))
        let otherRules = live.chains.lazy.filter { !wantedChains.contains($0.name) }
            .flatMap(\.rules)
        displaced = Set(chains.lazy.flatMap(\.displaced).compactMap(\.comment))
        all = Set(chains.lazy.flatMap(\.redirects)).union(otherRules.compactMap(\.redirect))
        for map in maps {
            all.formUnion(map.missing.lazy.compactMap(\.redirect))
            all.formUnion(map.surplus.lazy.compactMap(\.element.redirect))
            guard sharedMaps.touched.contains(map.name) else { continue }
            let elements = map.wanted?.elements ?? []
            all.formUnion(elements.lazy.compactMap(\.redirect))
            all.formUnion(map.live?.elements.lazy.compactMap(\.element.redirect) ?? [])
            if sharedMaps.displaced.contains(map.name) {
                displaced.formUnion(elements.lazy.compactMap(\.redirect))
            }
        }
        all.formUnion(Self.owners(of: maps, live, wanted))
        let changed = chains.lazy.flatMap(\.changedRules)
        let labels = Set(
            changed.compactMap(\.labelWhoseSourceItChanges)
                + otherRules.compactMap { $0.known?.labelWhoseSourceItChanges }
        )
        if !labels.isEmpty { all.formUnion(Self.redirects(giving: labels, live, wanted)) }
    }

    /// The redirects that give connections one of some labels.
    private static func redirects(
        giving labels: Set<ConnectionLabel>,
        _ live: LiveTable,
        _ wanted: Ruleset
    ) -> Set<String> {
        var (names, sets): (Set<String>, Set<String>) = ([], [])
        for rule in wanted.rules + live.chains.flatMap(\.rules).compactMap(\.known) {
            guard let label = rule.labelItSets, labels.contains(label) else { continue }
            if let name = rule.comment { names.insert(name) }
            if let set = rule.sharedMap { sets.insert(set) }
        }
        for set in wanted.maps where sets.contains(set.name) {
            names.formUnion(set.elements.lazy.compactMap(\.redirect))
        }
        for set in live.maps where sets.contains(set.name) {
            names.formUnion(set.elements.lazy.compactMap(\.element.redirect))
        }
        return names
    }

    /// The redirects with a map of their own that is not up to date.
    private static func owners(
        of maps: [MapComparison],
        _ live: LiveTable,
        _ wanted: Ruleset
    ) -> [String] {
        let changed = Set(
            maps.lazy.filter { !$0.missing.isEmpty || !$0.surplus.isEmpty }.map(\.name)
        )
        if changed.isEmpty { return [] }
        let rules = [
            wanted.chains.flatMap(\.rules), wanted.regularChains.flatMap(\.rules),
            live.chains.flatMap(\.rules).compactMap(\.known),
        ]
        return rules.joined().compactMap { $0.asks(changed) ? $0.comment : nil }
    }
}
