public import GenerationModel
import Nftables
import RulesetModel

/// How a trial stands, for whoever waits for its end.
public enum TrialProgress: Sendable, Hashable {
    /// It goes on for so many seconds.
    case goesOn(secondsLeft: Int)
    /// It does not go on, and the store does not say yet what became of it.
    case over
    /// The generation is the current one.
    case confirmed
    /// The generation does not decide any more.
    case ended(Head.Outcome)
}

extension ManagedTable {
    /// Looks how the trial of a generation stands; the table is not read.
    public func progress(ofTrial number: Int) throws -> TrialProgress {
        let head = try store.head()
        if let trial = head.trial, trial.generation == number {
            let kernel = kernel()
            guard let lease = try kernel.lease(of: name), lease.isLive else { return .over }
            let left = trial.millisecondsLeft(at: now())
            // While the trial is given another time, only the kernel knows it.
            guard let expires = lease.expires, trial.grant != nil || left >= -Trial.tolerance else {
                return left > 0 ? .goesOn(secondsLeft: (left &+ 999) / 1000) : .over
            }
            return .goesOn(secondsLeft: (Int(clamping: expires) &+ 999) / 1000)
        }
        return head.outcomes[number].map { .ended($0) } ?? .confirmed
    }
}
