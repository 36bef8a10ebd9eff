import GenerationModel
import Generations
import Reporting

/// Puts back what a check found to differ from what was applied.
struct TableHealer {
    let location: LocationOptions
    let lock: LockOptions

    /// Brings a table back to its current generation.
    ///
    /// The table is read again under the lock, so what happened since the check counts. What keeps it
    /// from being restored is part of the result: the drift is to be reported all the same.
    func heal(_ managed: ManagedTable, _ console: Console) -> HealingReport {
        let place = CommandHint(location, named: managed.name)
        let lockoutGuard = LockoutGuard(
            isOverruled: false,
            isElsewhere: location.isElsewhere,
            way: "\(place.line("apply --restore --allow-lockout")) restores it anyway",
            console
        )
        do {
            var applier = try managed.lockedApplier(lock, at: place, console)
            let change = try applier.restoreCurrent(
                unlessRefusedBy: lockoutGuard,
                in: managed.store,
                console
            )
            return .done(ChangeReport(change, table: managed.name))
        } catch {
            return .failed(reason: Failure(error) { _ in place }.message)
        }
    }
}

extension Applier {
    /// Puts the current generation back.
    mutating func restoreCurrent(
        unlessRefusedBy lockoutGuard: LockoutGuard,
        in store: Store,
        adopting: Bool = false,
        _ console: Console
    ) throws -> Change {
        // Nothing was ever confirmed, so the end of the trial was all that there was to do.
        if currentNumber == nil, repairs.endedOverdueTrial { return .nothingToRemove }
        let request = ChangeRequest(author: Invocation.author)
        let change = try change(to: .restore, for: request, adopting: adopting) { plan in
            guard let current = plan.source else { return }
            try lockoutGuard.check(current, in: store, wasAccepted: true)
        }
        if let unrecordedRestoration {
            let reason = Failure(unrecordedRestoration).message
            console.warn("the history does not have this restoration: \(reason)")
        }
        return change
    }
}
