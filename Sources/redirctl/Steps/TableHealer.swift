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
        do {
            return .done(try restore(managed, at: place, console))
        } catch {
            return .failed(reason: Failure(error) { _ in place }.message)
        }
    }

    private func restore(
        _ managed: ManagedTable,
        at place: CommandHint,
        _ console: Console
    ) throws -> ChangeReport {
        let lockoutGuard = LockoutGuard(
            isOverruled: false,
            isElsewhere: location.isElsewhere,
            console
        )
        var applier = try managed.lockedApplier(lock, at: place, console)
        if applier.currentNumber == nil, applier.repairs.endedOverdueTrial {
            return ChangeReport(.nothingToRemove, table: managed.name)
        }
        let request = ChangeRequest(author: Invocation.author)
        let change = try applier.change(to: .restore, for: request) { plan in
            guard let current = plan.source else { return }
            try lockoutGuard.check(current, in: managed.store, wasAccepted: true)
        }
        return ChangeReport(change, table: managed.name)
    }
}
