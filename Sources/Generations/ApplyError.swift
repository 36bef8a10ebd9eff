public import Nftables
public import Planning
public import RulesetModel

/// Why a change did not come about.
public enum ApplyError: Error, Sendable, Hashable {
    /// Another process has the lock.
    case locked(by: String)
    /// A table of this name is there that redirctl did not make.
    case foreignTable(String)
    /// Nothing was ever applied, so there is nothing to go back to or to compare with.
    case noGeneration
    /// There is no generation before the current one.
    case nothingBefore(Int)
    /// The kernel refused the transaction, and holds what it held before.
    case refused(generation: Int, redirects: [String], KernelError)
    /// The kernel took the transaction, and then held something else than was sent.
    case notAsSent(generation: Int, Difference)
}
