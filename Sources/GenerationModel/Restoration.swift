public import TableDiff

/// A restoration: the kernel's table differed from a generation, and was brought back to it.
///
/// It makes no new generation, so the head keeps it for the history.
public struct Restoration: Sendable, Hashable, Codable {
    /// The generation that is in effect again.
    public let generation: Int

    /// When it was restored: seconds since 1970, UTC.
    public let time: Int

    /// The user whose command restored it, by login where one is known.
    public let user: String

    /// What the restoration changed in the kernel.
    public let changes: ChangeCounts

    /// How many objects of other programs it removed.
    public let foreign: Int

    /// Creates the record of a restoration.
    public init(generation: Int, time: Int, user: String, changes: ChangeCounts, foreign: Int) {
        self.foreign = foreign
        self.generation = generation
        self.time = time
        self.user = user
        self.changes = changes
    }
}

extension Head {
    /// How many restorations are kept: two managers that undo each other's work must not fill the disk.
    public static let restorationLimit = 50

    /// Records a restoration, and forgets the oldest ones beyond the limit.
    public mutating func note(_ restoration: Restoration) {
        restorations = ((restorations ?? []) + [restoration]).suffix(Self.restorationLimit)
    }
}
