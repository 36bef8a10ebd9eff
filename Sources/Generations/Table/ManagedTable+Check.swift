public import GenerationModel
import Nftables
public import RulesetModel
import TableDiff

extension ManagedTable {
    /// Compares the table with the current generation.
    ///
    /// Another program can change the table while it is listed, so drift counts only if a second listing
    /// has it, too, or if no transaction was made meanwhile. Nothing is written; the verification can be
    /// recorded afterwards (``recordVerification(by:)``).
    ///
    /// - Parameter depth: The least that is read of the table, also if nothing can have changed.
    /// - Returns: How the two compare.
    /// - Throws: ``StoreError``, ``ApplyError`` or an error of the kernel's, if that can't be told.
    public func check(reading depth: TableReading.Depth = .cached) throws -> TableCheck {
        let start = now().wall
        var check = try comparison(reading: depth)
        check.lastVerified =
            check.drift == Drift.none && !check.isDrifted
            ? start : try lastVerified(of: check.generation)
        return check
    }

    private func comparison(reading depth: TableReading.Depth) throws -> TableCheck {
        do {
            let live = try read(depth)
            guard case .listed(let snapshot) = live else { return check(live, Drift.none) }
            let first = check(live, snapshot.drift)
            if snapshot.isStable || !first.isDrifted { return first }
            let second = try listed()
            return check(.listed(second), second.drift)
        } catch ApplyError.ownedTable(let name) {
            guard let current = try recorded(), !current.isRemoval else {
                throw ApplyError.ownedTable(name)
            }
            return TableCheck(
                table: self.name,
                storeDirectory: store.directory,
                live: nil,
                generation: current,
                drift: Drift.none,
                owner: TableCheck.Owner(of: name)
            )
        }
    }

    /// Compares the table with the ruleset of a policy or of a generation, which is named in what is
    /// printed.
    ///
    /// `inspect` gets the plan that would bring the table there.
    public func check(
        against ruleset: Ruleset,
        of subject: TableCheck.Subject,
        inspect: (Plan) -> Void = { _ in }
    ) throws -> TableCheck {
        let plan = try plan(for: .apply(ruleset))
        inspect(plan)
        let difference = plan.difference
        let differs = difference.isSubstantial && !difference.isOnlyLayout
        var check = check(plan.live, differs ? .differs(difference) : Drift.none, of: subject)
        if case .policy = subject { check.changedSide = plan.changedSide }
        return check
    }

    private func check(
        _ live: TableReading,
        _ drift: Drift?,
        of subject: TableCheck.Subject = .current
    ) -> TableCheck {
        TableCheck(
            table: name,
            storeDirectory: store.directory,
            subject: subject,
            live: live,
            generation: live.manifest,
            drift: drift
        )
    }

    /// When the table was last found to be what a generation says, if that is known.
    private func lastVerified(of generation: Manifest?) throws(StoreError) -> Int? {
        guard let generation else { return nil }
        // Whatever was applied was verified at once, unless something kept it from that.
        let isVerified = try store.head().verified != nil
        let time = max(store.lastVerified() ?? 0, isVerified ? generation.time : 0)
        // A clock that was set since makes the time useless.
        return generation.time <= time && time <= now().wall ? time : nil
    }
}

// MARK: - Verification

extension ManagedTable {
    /// Records that a listing agreed with the store, so that the next command need not list the
    /// table.
    ///
    /// Takes the lock if no other process has it. If this fails, the next command lists the table again.
    public func recordVerification(by check: TableCheck) {
        guard check.isOfCurrent, check.drift == Drift.none, !check.isDrifted else { return }
        store.noteVerified()
        if case .listed(let snapshot)? = check.live { recordVerification(by: snapshot) }
    }

    func recordVerification(by snapshot: Snapshot) {
        guard snapshot.reconciliation == .inStep, snapshot.head.trial == nil,
            let verification = snapshot.verification,
            verification != snapshot.head.verified, snapshot.drift == Drift.none,
            let lock = try? StoreLock.take(in: store.directory, waitingUpTo: 0, note: "a check")
        else { return }
        withExtendedLifetime(lock) {
            guard let head = try? store.head(), head == snapshot.head else { return }
            var verified = head
            verified.verified = verification
            try? store.write(verified)
        }
    }
}

extension TableCheck.Owner {
    /// Finds the program that owns a table.
    public init(of table: String) {
        self = TableOwner.of(table).map { .process($0.process, command: $0.command) } ?? .unknown
    }
}
