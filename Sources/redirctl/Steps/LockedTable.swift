import GenerationModel
import Generations
import Reporting

/// What every command does that changes a table: it takes the table's lock.
extension ManagedTable {
    /// Takes the lock of the table, and prints what an earlier run left to repair.
    ///
    /// If another run has the lock, it waits for that as long as the options say, and prints for whom.
    /// `tellsEndOfTrial` says whether it also prints that a trial was found to be over. What a table is
    /// that needs to be adopted is printed only with `adopting`: otherwise, the command's error says it.
    /// Commands in the system's log work at `place`.
    func lockedApplier(
        _ options: LockOptions,
        at place: CommandHint,
        _ console: Console,
        tellsEndOfTrial: Bool = true,
        adopting: Bool = false
    ) throws -> Applier {
        let lock = try takeLock(options, console)
        let applier = try options.logging.logged(self, at: place).repaired(under: lock)
        let repairs = applier.repairs
        if adopting || !applier.needsAdoption {
            console.tell(of: repairs.reconciliation, after: repairs.restart)
        }
        if tellsEndOfTrial {
            console.tellTheEnd(
                of: repairs.trial,
                after: repairs.trialRestart,
                wasOverdue: repairs.endedOverdueTrial,
                current: applier.currentNumber
            )
        }
        return applier
    }

    /// Reads the head while no other run can change it.
    func lockedHead(_ options: LockOptions, _ console: Console) throws -> Head {
        let lock = try takeLock(options, console)
        return try withExtendedLifetime(lock) { try store.head() }
    }

    private func takeLock(_ options: LockOptions, _ console: Console) throws -> StoreLock {
        try store.prepare()
        let timeout = options.lockTimeout
        Progress.step("waiting for the lock")
        return try StoreLock.take(
            in: store.directory,
            waitingUpTo: timeout,
            note: Invocation.note
        ) { holder in
            console.note("waiting up to \(timeout) s for \(holder)")
        }
    }
}
