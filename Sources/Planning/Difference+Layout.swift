public import RulesetModel

/// What an upgrade of redirctl changes: the rules, but not the redirects.
extension Difference {
    /// Sets apart what differs only because another version laid out the same policy.
    ///
    /// - Parameters:
    ///   - former: What that version made of the policy, and the table was to hold.
    ///   - present: What this version makes of the same policy.
    ///   - version: The other version.
    public mutating func setApartLayout(
        of former: Ruleset,
        now present: Ruleset,
        by version: String
    ) {
        let marker = Marker(number: 1, digest: "")
        let drift = Difference(live: before, wanted: former, marker: marker)
        let policy = Difference(
            live: LiveTable(holding: present, marker: marker),
            wanted: after,
            marker: marker
        )
        let changed = Set((drift.redirects + policy.redirects).map(\.name))
        let isLayout = { (change: RedirectChange) in
            (change.kind == .change || change.kind == .move) && !changed.contains(change.name)
        }
        let kept = structure.filter { change in
            if case .markerDiffers = change { return true }
            return drift.structure.contains(change) || policy.structure.contains(change)
        }
        guard kept.count < structure.count || redirects.contains(where: isLayout) else { return }
        foreign = foreign.filter(drift.foreign.contains)
        structure = [.olderLayout(version: version)] + kept
        redirects = redirects.map {
            isLayout($0) ? RedirectChange(name: $0.name, kind: .layout) : $0
        }
    }

    /// Whether the redirects are as wanted, and only another version laid out their rules.
    public var isOnlyLayout: Bool {
        structure.contains { if case .olderLayout = $0 { true } else { false } }
            && redirects.allSatisfy { $0.kind == .layout } && foreign.isEmpty
            && structure.allSatisfy {
                switch $0 {
                case .olderLayout, .markerDiffers: true
                default: false
                }
            }
    }
}
