public import GenerationModel
import Nftables
import RulesetModel

/// The state of a trial, for a process that waits for its end.
public enum TrialProgress: Sendable, Hashable {
    /// The trial goes on for this many seconds.
    case goesOn(secondsLeft: Int)
    /// The trial has ended, and its outcome is not recorded yet.
    case over
    /// The generation is the current one.
    case confirmed
    /// The trial has ended, with this outcome.
    case ended(Head.Outcome)
}

extension ManagedTable {
    /// The state of a generation's trial; of the table, only the lease is read.
    public func progress(ofTrial number: Int) throws -> TrialProgress {
        let head = try store.head()
        if let trial = head.trial, trial.generation == number {
            let kernel = kernel()
            guard let lease = try kernel.lease(of: name), lease.isLive else { return .over }
            let left = trial.millisecondsLeft(at: now())
            // During an extension, only the kernel knows the new deadline.
            guard let expires = lease.expires, trial.grant != nil || left >= -Trial.tolerance else {
                return left > 0 ? .goesOn(secondsLeft: (left &+ 999) / 1000) : .over
            }
            return .goesOn(secondsLeft: (Int(clamping: expires) &+ 999) / 1000)
        }
        return head.outcomes[number].map { .ended($0) } ?? .confirmed
    }
}
