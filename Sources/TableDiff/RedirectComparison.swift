import RulesetModel

/// How the redirects of two tables differ.
struct RedirectComparison {
    private(set) var changes: [RedirectChange] = []

    /// Compares redirects; of those that are `displaced`, something stands elsewhere in the order.
    init(wanted: TableContent, live: TableContent, displaced: Set<String>) {
        let (wantedNames, liveNames) = (wanted.redirects, live.redirects)
        let onBothSides = Set(wantedNames).intersection(liveNames)
        let wantedRules = RulesByRedirect(wanted.restricted(to: onBothSides))
        let liveRules = RulesByRedirect(live.restricted(to: onBothSides))
        for name in wantedNames {
            let kind =
                onBothSides.contains(name)
                ? Self.kind(wantedRules[name], liveRules[name], displaced.contains(name)) : .add
            if let kind { changes.append(RedirectChange(name: name, kind: kind)) }
        }
        for name in liveNames where !onBothSides.contains(name) {
            changes.append(RedirectChange(name: name, kind: .remove))
        }
    }

    private static func kind(
        _ wanted: [PlacedRule],
        _ live: [PlacedRule],
        _ isDisplaced: Bool
    ) -> RedirectChange.Kind? {
        if wanted == live { return isDisplaced ? .move : nil }
        let isReordered =
            wanted.count == live.count && wanted.removing(live).isEmpty
        return isReordered ? .move : .change
    }
}
