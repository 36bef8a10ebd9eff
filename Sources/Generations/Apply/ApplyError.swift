public import GenerationModel
public import Nftables
public import RulesetModel
public import TableDiff

/// Why a change was not made, or not completely.
public enum ApplyError: Error, Sendable, Hashable {
    /// Another process has the lock.
    case locked(by: String)
    /// A table of this name is there that redirctl did not make.
    case foreignTable(String)
    /// The table has the marker of a generation that this store does not have.
    case otherLineage(table: String, found: Marker, expected: Marker?)
    /// A running process owns the table (`flags owner`).
    case ownedTable(String)
    /// Nothing was ever applied to the table, so there is nothing to go back to or to compare with;
    /// with the other tables of the namespace that have records.
    case noGeneration(table: String, others: [String])
    /// There is no generation before the current one.
    case nothingBefore(Int, table: String)
    /// A generation is on trial, and must be confirmed or cancelled first.
    case trialPending(Trial, table: String, deadline: Int)
    /// No generation is on trial; with the last one that was, its outcome, and the other tables of the
    /// namespace that have one on trial.
    case noTrial(last: Int?, Head.Outcome?, others: [String] = [])
    /// The table is dormant, so the trial's objects in it are unknown.
    case trialUnknown(generation: Int, table: String)
    /// The generation on trial is not the one that was meant.
    case otherTrial(Int, meant: Int)
    /// The trial was over before it could be confirmed or extended.
    case trialOver(generation: Int, at: Int, current: Int?)
    /// The trial ended with a restart of the machine or of the network namespace.
    case trialEndedByRestart(generation: Int, Restart, current: Int?)
    /// The wanted ruleset is current already, but the kernel has something else.
    case nothingToTry(generation: Int, table: String)
    /// A removal can't be put on trial.
    case removalOnTrial(generation: Int, table: String)
    /// A base chain would need another priority, which needs a new chain.
    case chainMoves(Hook, from: Int32, to: Int32)
    /// The kernel has something else than was sent, so the trial was ended.
    case trialNotAsSent(generation: Int, Difference)
    /// The kernel refused to remove the trial.
    case trialStays(generation: Int, KernelError)
    /// The lease has no timeout, so the trial was ended.
    case leaseEndless(generation: Int)
    /// The kernel refused the transaction, and is unchanged.
    case refused(generation: Int, KernelError, RefusalCause = RefusalCause())
    /// libnftables reported a failure, and the table can't be read to find out what happened.
    case uncertain(generation: Int, table: String, KernelError)
    /// The kernel took the transaction, but the table can't be read to verify it.
    case unverified(generation: Int, KernelError)
    /// The kernel took the transaction, and then had something else than was sent.
    case notAsSent(generation: Int, table: String, Difference)
    /// The store can't record the generation, so nothing was sent to the kernel.
    case unrecordable(generation: Int, StoreError)
    /// The kernel has the generation, or no table after a removal; the store could not record that, and
    /// the next run will.
    case unrecorded(generation: Int, isRemoval: Bool = false, StoreError)
    /// The store can't record the change of the trial, so the trial goes on unchanged.
    case trialUnchanged(generation: Int, deadline: Int, StoreError)
    /// The trial has begun, or has more time; the store could not record that, and the next run will.
    case trialUnrecorded(generation: Int, deadline: Int, StoreError)
    /// The trial is over; the store could not record that, and the next run will.
    case trialEndUnrecorded(generation: Int, current: Int?, StoreError)
}
