public import Nftables

/// What happened to flows that were flushed so that they go another way; counts of flows.
public struct FlowMove: Sendable, Hashable {
    /// Why the old servers could not be held back.
    public enum HoldFailure: Sendable, Hashable {
        /// A version before 0.2 made the table, which has no sets to hold packets back by.
        case olderTable
        /// The kernel did not take the elements.
        case kernel(KernelError)
    }

    /// Those that the kernel has forgotten.
    public internal(set) var flushed = 0

    /// Those that had ended before they could be flushed.
    public internal(set) var gone = 0

    /// Of the flushed ones: those that began again, on the new way.
    public internal(set) var moved = 0

    /// Of the flushed ones: those that began again, on their old way.
    public internal(set) var stayed = 0

    /// Of the flushed ones: the TCP connections, which end because their new target does not know
    /// them.
    public internal(set) var cut = 0

    /// Of the flushed ones: those that have sent nothing since.
    public var waiting: Int { flushed - moved - stayed - cut }

    /// Why the old servers could not be held back; `nil` if they were.
    public internal(set) var holdFailure: HoldFailure?

    /// Creates the result of flushing no flows.
    public init() {}
}
