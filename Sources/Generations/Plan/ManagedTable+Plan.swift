public import GenerationModel
import Nftables
import RulesetModel
import TableDiff

extension ManagedTable {
    /// Plans what brings the table to a goal, and changes nothing.
    ///
    /// The table is read as far as the plan needs it, or at least as far as `depth` says.
    public func plan(for goal: Goal, reading depth: TableReading.Depth = .cached) throws -> Plan {
        try store.checkOwner()
        let kernel = kernel()
        return try plan(for: goal, reading: depth, through: kernel) {
            try read($0, through: kernel)
        }
    }

    /// The same with another way to read the table: an applier knows parts of it already.
    func plan(
        for goal: Goal,
        reading depth: TableReading.Depth,
        through kernel: any Kernel,
        read: (TableReading.Depth) throws -> TableReading
    ) throws -> Plan {
        let compiled: EncodedRuleset? =
            if case .apply(let ruleset) = goal { try EncodedRuleset(ruleset) } else { nil }
        var live = try read(depth)
        if case .cached(let manifest) = live {
            if let plan = try planForNothing(goal, compiled, manifest) { return plan }
            live = try read(compiled == nil ? .listed : .assumed)
        }
        var plan = try draft(of: goal, compiled, live)
        if plan.needsListing { plan = try draft(of: goal, compiled, read(.listed)) }
        if plan.step == .advance, plan.wanted.ruleset != nil {
            setApartLayout(
                in: &plan.difference,
                from: plan.current,
                to: plan.source?.manifest.number
            )
        }
        if case .apply = goal { plan.changedSide = changedSide(in: plan) }
        plan.difference = kernel.worded(plan.difference, of: name)
        return plan
    }

    /// What has changed since the current generation was applied.
    private func changedSide(in plan: Plan) -> ChangedSide? {
        guard plan.current != nil else { return nil }
        // What was not listed is as it was verified.
        let isOtherTable = plan.live.reaches(.listed) && plan.live.snapshot?.drift != Drift.none
        var toPolicy = plan.difference
        if isOtherTable, plan.step == .advance, let wanted = plan.wanted.ruleset,
            let current = plan.live.snapshot?.current
        {
            toPolicy = Difference(
                live: current.ruleset.map { LiveTable(holding: $0, marker: current.marker) },
                wanted: wanted,
                marker: current.marker
            )
            setApartLayout(in: &toPolicy, from: plan.current, to: nil)
        }
        let isOtherPolicy =
            plan.step == .advance && toPolicy.isSubstantial && !toPolicy.isOnlyLayout
        return switch (isOtherPolicy, isOtherTable) {
        case (true, true): .both
        case (true, false): .policy
        case (false, true): .kernel
        case (false, false): nil
        }
    }

    /// The plan if the kernel is known to have what is wanted.
    private func planForNothing(
        _ goal: Goal,
        _ compiled: EncodedRuleset?,
        _ manifest: Manifest
    ) throws -> Plan? {
        let wanted: EncodedRuleset
        switch goal {
        case .apply:
            guard let compiled, compiled.digest == manifest.digest else { return nil }
            wanted = compiled
        case .restore: wanted = try store.generation(manifest.number).encoded
        case .rollBack, .drain, .remove: return nil
        }
        return Plan(
            table: name,
            live: .cached(manifest),
            step: .restore,
            origin: manifest.origin,
            current: manifest.number,
            next: manifest.number,
            wanted: wanted,
            source: nil,
            difference: Difference(noneFrom: wanted.ruleset ?? Ruleset(table: name))
        )
    }

    private func draft(
        of goal: Goal,
        _ compiled: EncodedRuleset?,
        _ live: TableReading
    ) throws -> Plan {
        guard let snapshot = live.snapshot else { throw noGeneration() }
        let current = snapshot.current
        let (step, origin, wanted, source) = try destination(of: goal, compiled, snapshot)
        let next = step == .advance ? snapshot.nextNumber : current?.manifest.number ?? 0
        let marker =
            step == .advance
            ? Marker(number: next, digest: String(wanted.digest.prefix(16))) : current?.marker
        let difference: Difference =
            if let ruleset = wanted.ruleset, let marker {
                Difference(live: snapshot.table, wanted: ruleset, marker: marker)
            } else {
                Difference(removing: snapshot.table, table: name)
            }
        return Plan(
            table: name,
            live: live,
            step: step,
            origin: origin,
            current: current?.manifest.number,
            next: next,
            wanted: wanted,
            source: source,
            difference: difference
        )
    }

    private typealias Destination = (
        step: Plan.Step, origin: Manifest.Origin, wanted: EncodedRuleset, source: Generation?
    )

    /// Which ruleset a goal stands for, and whether that makes a new generation.
    private func destination(
        of goal: Goal,
        _ compiled: EncodedRuleset?,
        _ snapshot: Snapshot
    ) throws -> Destination {
        let current = snapshot.current
        switch goal {
        case .apply(let ruleset):
            let isCurrent = current?.ruleset == ruleset
            let wanted = try compiled ?? EncodedRuleset(ruleset)
            return (isCurrent ? .restore : .advance, .apply, wanted, nil)
        case .restore:
            guard let current else {
                try snapshot.refuseForeignTable(name)
                throw noGeneration()
            }
            return (.restore, current.manifest.origin, current.encoded, current)
        case .rollBack(let number):
            let target = try snapshot.rollbackTarget(number, of: self)
            let isCurrent = current?.ruleset == target.ruleset
            return (isCurrent ? .restore : .advance, .rollback, target.encoded, target)
        case .drain:
            guard let current, let ruleset = current.ruleset else {
                return (.none, .drain, try EncodedRuleset(nil), nil)
            }
            if ruleset.isDraining { return (.restore, .drain, current.encoded, current) }
            return (.advance, .drain, try EncodedRuleset(Ruleset(draining: ruleset)), nil)
        case .remove:
            let isThere = snapshot.table != nil || current?.ruleset != nil
            return (isThere ? .advance : .none, .remove, try EncodedRuleset(nil), nil)
        }
    }
}

extension Snapshot {
    /// The generation that a rollback goes to.
    ///
    /// Without a number, that is the one before the current one. What went back itself stands for the
    /// generation to which it went back, so that several rollbacks go further and further back. Those in
    /// which the table was gone or only drained do not count, nor those that are the same.
    public func rollbackTarget(
        _ number: Int?,
        of managed: ManagedTable
    ) throws -> Generation {
        guard let current else {
            if case .otherLineage(let found, let expected) = reconciliation, let table {
                throw ApplyError.otherLineage(table: table.name, found: found, expected: expected)
            }
            throw managed.noGeneration()
        }
        if let number { return try managed.store.generation(number) }
        var manifest = current.manifest
        // The oldest generations are not stored any more.
        while let number = manifest.restores ?? manifest.parent, numbers.contains(number) {
            manifest = try managed.store.manifest(of: number)
            guard manifest.restores == nil else { continue }
            let generation = try managed.store.generation(number)
            if let ruleset = generation.ruleset, !ruleset.isDraining, ruleset != current.ruleset {
                return generation
            }
        }
        throw ApplyError.nothingBefore(manifest.number, table: managed.name)
    }

    /// Why a change is refused unless it adopts the kernel's table; `nil` if the table is this store's.
    public func refusal(of table: String) -> ApplyError? {
        if hasForeignTable { return .foreignTable(table) }
        guard case .otherLineage(let found, let expected) = reconciliation else { return nil }
        return .otherLineage(table: table, found: found, expected: expected)
    }

    func refuseForeignTable(_ name: String) throws {
        if let refusal = refusal(of: name) { throw refusal }
    }
}
