public import Nftables
public import Planning

/// Why a change did not come about, or not wholly.
public enum ApplyError: Error, Sendable, Hashable {
    /// Another process has the lock.
    case locked(by: String)
    /// A table of this name is there that redirctl did not make.
    case foreignTable(String)
    /// A living process has the table for itself (`flags owner`).
    case ownedTable(String)
    /// Nothing was ever applied, so there is nothing to go back to or to compare with.
    case noGeneration
    /// There is no generation before the current one.
    case nothingBefore(Int)
    /// The kernel refused the transaction, and holds what it held before.
    case refused(generation: Int, redirects: [String], KernelError)
    /// libnftables reported a failure, and the kernel can't be asked what came of it.
    case uncertain(generation: Int, KernelError)
    /// The kernel took the transaction, but can't be asked whether it holds what was sent.
    case unverified(generation: Int, KernelError)
    /// The kernel took the transaction, and then held something else than was sent.
    case notAsSent(generation: Int, Difference)
    /// The kernel holds the generation, but the store could not note it; the next run will.
    case unrecorded(generation: Int, StoreError)
}
