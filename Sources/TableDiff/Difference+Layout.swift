public import RulesetModel

/// What an upgrade of redirctl changes: the rules, but not the redirects.
extension Difference {
    /// Sets apart what differs only because another version laid out the same policy.
    ///
    /// - Parameters:
    ///   - former: What that version made of the policy: the ruleset that the table was to have.
    ///   - present: What this version makes of the same policy.
    ///   - wanted: What this version makes of the wanted policy; `nil` if that is what is wanted.
    ///   - layout: Which version laid out the rules that go, or that come.
    public mutating func setApartLayout(
        of former: Ruleset,
        now present: Ruleset,
        wanted: Ruleset? = nil,
        _ layout: StructuralChange
    ) {
        let marker = Marker(number: 1, digest: "")
        let drift = Difference(live: live, wanted: former, marker: marker)
        let policy = Difference(
            live: LiveTable(holding: present, marker: marker),
            wanted: wanted ?? self.wanted,
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
        // What the other version put there is not foreign.
        let strange = Set(drift.foreign.map(\.identity))
        foreign = foreign.filter { strange.contains($0.identity) }
        structure = [layout] + kept
        redirects = redirects.map {
            isLayout($0) ? RedirectChange(name: $0.name, kind: .layout) : $0
        }
    }

    /// Whether the layout of another version comes, rather than goes.
    public var comesBack: Bool {
        structure.contains { if case .olderLayoutComesBack = $0 { true } else { false } }
    }

    /// Whether all redirects are up to date, and only the layout of their rules differs.
    public var isOnlyLayout: Bool {
        structure.contains(where: \.isLayout)
            && redirects.allSatisfy { $0.kind == .layout } && foreign.isEmpty
            && structure.allSatisfy {
                if case .markerDiffers = $0 { true } else { $0.isLayout }
            }
    }
}
