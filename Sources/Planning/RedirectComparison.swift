import RulesetModel

/// How the redirects of two tables differ.
struct RedirectComparison {
    private(set) var changes: [RedirectChange] = []

    /// Compares the redirects that are `touched`, which is all that may differ; of those that are
    /// `displaced`, something stands elsewhere in the order.
    init(
        wanted: TableContent,
        live: TableContent,
        touched: Set<String>,
        displaced: Set<String>
    ) {
        if touched.isEmpty { return }
        let wantedNames = wanted.redirects(among: touched)
        let liveNames = live.redirects(among: touched)
        let onBothSides = Set(wantedNames).intersection(liveNames)
        let (wantedRules, liveRules) = (
            RulesByRedirect(wanted, of: onBothSides), RulesByRedirect(live, of: onBothSides)
        )
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
