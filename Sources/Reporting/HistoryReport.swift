public import GenerationModel
public import TableDiff

/// The recorded generations.
public struct HistoryReport: Sendable {
    /// The table's name.
    public let table: String

    /// The generations in the order in which they are printed.
    public let generations: [PastGeneration]

    /// How many generations are recorded.
    public let total: Int

    /// The restorations of these generations, the oldest first.
    public let restorations: [Restoration]

    /// How many restorations of each generation people see.
    public let restorationLimit: Int

    /// Creates a report.
    public init(
        table: String,
        generations: [PastGeneration],
        total: Int,
        restorations: [Restoration] = [],
        restorationLimit: Int = .max
    ) {
        self.table = table
        self.generations = generations
        self.total = total
        self.restorations = restorations
        self.restorationLimit = restorationLimit
    }
}

/// How two generations differ.
public struct ComparisonReport: Sendable {
    /// The table's name.
    public let table: String

    /// The number of the generation that is compared.
    public let from: Int

    /// The number of the generation that it is compared with.
    public let to: Int

    /// What would turn the one into the other.
    public let difference: Difference

    /// How many entries of each list people see.
    public let limit: Int

    /// Whether the nftables commands are printed, too.
    public let showsObjects: Bool

    /// Creates a report.
    public init(
        table: String,
        from: Int,
        to: Int,
        difference: Difference,
        atMost limit: Int,
        showsObjects: Bool
    ) {
        self.table = table
        self.from = from
        self.to = to
        self.difference = difference
        self.limit = limit
        self.showsObjects = showsObjects
    }
}

/// The policy that a generation was made from.
public struct GenerationReport: Sendable {
    /// The table's name.
    public let table: String

    /// Who made the generation, when, from what.
    public let manifest: Manifest

    /// The texts, the policy itself first.
    public let sources: [StoredSource]

    /// Creates a report.
    public init(table: String, _ manifest: Manifest, _ sources: [StoredSource]) {
        self.table = table
        self.manifest = manifest
        self.sources = sources
    }
}
