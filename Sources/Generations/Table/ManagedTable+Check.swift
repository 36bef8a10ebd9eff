public import GenerationModel
import Planning
public import RulesetModel

extension ManagedTable {
    /// Compares the table with the current generation.
    ///
    /// A listing can be torn by a writer at work, so drift counts only if a second listing has it,
    /// too, or if nobody made a transaction meanwhile. Nothing is written; what was verified can be
    /// recorded afterwards (``recordVerification(by:)``).
    ///
    /// - Parameter depth: How much of the table to read even if nothing can have changed.
    /// - Returns: How the two compare.
    /// - Throws: ``StoreError``, ``ApplyError`` or an error of the kernel's, if that can't be told.
    public func check(reading depth: TableReading.Depth = .cached) throws -> TableCheck {
        let live: TableReading
        do {
            live = try read(depth)
        } catch ApplyError.ownedTable(let name) {
            guard let current = try recorded(), !current.isRemoval else {
                throw ApplyError.ownedTable(name)
            }
            return TableCheck(
                live: nil,
                generation: current,
                drift: Drift.none,
                isOwnedByOther: true
            )
        }
        switch live {
        case .cached(let manifest):
            return TableCheck(live: live, generation: manifest, drift: Drift.none)
        case .assumed(let snapshot):
            return TableCheck(
                live: live,
                generation: snapshot.current?.manifest,
                drift: Drift.none
            )
        case .listed(var snapshot):
            var drift = snapshot.drift
            if !snapshot.isStill, snapshot.isDrifted(drift) {
                snapshot = try listed()
                drift = snapshot.drift
            }
            return TableCheck(
                live: .listed(snapshot),
                generation: snapshot.current?.manifest,
                drift: drift
            )
        }
    }

    /// Compares the table with the ruleset of a policy.
    public func check(against ruleset: Ruleset) throws -> TableCheck {
        let plan = try plan(for: .apply(ruleset))
        let difference = plan.difference
        let generation: Manifest? =
            if case .cached(let manifest) = plan.live {
                manifest
            } else {
                plan.live.snapshot?.current?.manifest
            }
        return TableCheck(
            live: plan.live,
            generation: generation,
            drift: difference.isSubstantial && !difference.isOnlyLayout
                ? .differs(difference) : Drift.none
        )
    }
}

extension Snapshot {
    /// Whether the kernel has something else than it should, on trial or not.
    fileprivate func isDrifted(_ drift: Drift?) -> Bool {
        overdueTrial != nil || (drift.map { $0 != .none } ?? false)
            || trial?.pending?.isDrifted == true
    }
}
