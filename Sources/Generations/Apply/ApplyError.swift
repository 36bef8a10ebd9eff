public import GenerationModel
public import Nftables
public import Planning
public import RulesetModel

/// Why a change did not come about, or not wholly.
public enum ApplyError: Error, Sendable, Hashable {
    /// Another process has the lock.
    case locked(by: String)
    /// A table of this name is there that redirctl did not make.
    case foreignTable(String)
    /// The table bears the marker of a generation that this store has not.
    case otherLineage(table: String, found: Marker, expected: Marker?)
    /// A living process has the table for itself (`flags owner`).
    case ownedTable(String)
    /// Nothing was ever applied, so there is nothing to go back to or to compare with.
    case noGeneration
    /// There is no generation before the current one.
    case nothingBefore(Int)
    /// A generation is on trial, and must be confirmed or cancelled first.
    case trialPending(Trial, table: String, deadline: Int)
    /// No generation is on trial; the last one that was, and what became of it.
    case noTrial(last: Int?, Head.Outcome?)
    /// The table is dormant, so what it holds of the trial can't be told.
    case trialUnknown(generation: Int, table: String)
    /// Another generation is on trial than was meant.
    case otherTrial(Int, meant: Int)
    /// The trial was over before it could be confirmed or extended.
    case trialOver(generation: Int, at: Int, current: Int?)
    /// The trial ended with a restart of the machine or of the network namespace.
    case trialEndedByRestart(generation: Int, Restart, current: Int?)
    /// What is wanted is current already, but the kernel holds something else.
    case nothingToTry(generation: Int)
    /// A removal can't be tried out.
    case removalOnTrial(generation: Int)
    /// A base chain would have to run at another time, which needs a new chain.
    case chainMoves(Hook, from: Int32, to: Int32)
    /// The kernel holds something else than was sent, so the trial was taken back.
    case trialNotAsSent(generation: Int, Difference)
    /// The kernel refused to take the trial away.
    case trialStays(generation: Int, KernelError)
    /// The lease does not end by itself, so the trial was taken back.
    case leaseEndless(generation: Int)
    /// The kernel refused the transaction, and holds what it held before.
    case refused(generation: Int, redirects: [String], KernelError)
    /// libnftables reported a failure, and the kernel can't be asked what came of it.
    case uncertain(generation: Int, KernelError)
    /// The kernel took the transaction, but can't be asked whether it holds what was sent.
    case unverified(generation: Int, KernelError)
    /// The kernel took the transaction, and then held something else than was sent.
    case notAsSent(generation: Int, Difference)
    /// The store can't record the generation, so the kernel was not asked for anything.
    case unrecordable(generation: Int, StoreError)
    /// The kernel holds the generation, or after a removal no table; the store could not note it, and
    /// the next run will.
    case unrecorded(generation: Int, isRemoval: Bool = false, StoreError)
    /// The store can't record what becomes of the trial, so it goes on as it was.
    case trialUnchanged(generation: Int, deadline: Int, StoreError)
    /// The trial has begun, or has more time; the store could not note that, and the next run will.
    case trialUnrecorded(generation: Int, deadline: Int, StoreError)
    /// The trial is over; the store could not note that, and the next run will.
    case trialEndUnrecorded(generation: Int, current: Int?, StoreError)
}
