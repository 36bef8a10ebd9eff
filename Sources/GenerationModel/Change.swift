public import Planning

/// What a command did.
public enum Change: Sendable {
    /// The kernel held it already; nothing was sent.
    case nothing(generation: Int, unchanged: Int)
    /// The current generation was not what the kernel held, and is again.
    case restored(generation: Int, Difference)
    /// A new generation is live.
    case applied(generation: Int, from: Int?, Difference)
    /// The table is gone; the removal is a generation too.
    case removed(generation: Int, from: Int?)
    /// A new generation decides for a while.
    case onTrial(PendingTrial, from: Int?, Difference)
    /// The generation on trial is the current one now.
    case confirmed(generation: Int, from: Int?, Difference)
    /// The trial of a generation was ended, and the other one decides, unless the kernel's table differs
    /// from it.
    case cancelled(generation: Int, current: Int?, isDrifted: Bool)
    /// The trial goes on until then.
    case extended(generation: Int, deadline: Int)
    /// There was no table to remove.
    case nothingToRemove
}
