public import TableDiff

/// What a command did.
public indirect enum Change: Sendable {
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

extension Change {
    /// The generation that it is about; `nil` if there is none.
    public var generation: Int? {
        switch self {
        case .nothing(let number, _), .restored(let number, _), .applied(let number, _, _),
            .removed(let number, _, _), .confirmed(let number, _, _), .cancelled(let number, _, _),
            .extended(let number, _):
            number
        case .onTrial(let pending, _, _): pending.trial.generation
        case .nothingToRemove: nil
        }
    }

    /// The same change with its redirects in the order of a policy.
    public func inOrder(of policy: @autoclosure () -> PolicyOrder) -> Change {
        switch self {
        case .restored(let generation, let difference):
            .restored(generation: generation, difference.inOrder(of: policy()))
        case .applied(let generation, let from, let difference):
            .applied(generation: generation, from: from, difference.inOrder(of: policy()))
        case .onTrial(let trial, let from, let difference):
            .onTrial(trial, from: from, difference.inOrder(of: policy()))
        case .confirmed(let generation, let from, let difference):
            .confirmed(generation: generation, from: from, difference.inOrder(of: policy()))
        case .nothing, .removed, .cancelled, .extended, .nothingToRemove: self
        }
    }
}
