public import TableDiff

/// What a command did.
public enum Change: Sendable {
    /// The kernel already had the wanted ruleset, so nothing was sent.
    case nothing(generation: Int, unchanged: Int)
    /// The kernel's table differed from the current generation, and was restored.
    case restored(generation: Int, Difference)
    /// A new generation is live.
    case applied(generation: Int, from: Int?, Difference)
    /// The table was removed with so many redirects; the removal is a generation, too.
    case removed(generation: Int, from: Int?, redirects: Int)
    /// A new generation is on trial.
    case onTrial(PendingTrial, from: Int?, Difference)
    /// The generation on trial is the current one now.
    case confirmed(generation: Int, from: Int?, Difference)
    /// The trial of a generation was ended. The current generation is in effect again, unless the
    /// kernel's table differs from it.
    case cancelled(generation: Int, current: Int?, isDrifted: Bool)
    /// The trial has a new deadline, in seconds since 1970, UTC.
    case extended(generation: Int, deadline: Int)
    /// There was no table to remove.
    case nothingToRemove
}
