public import GenerationModel

/// What became of one table that has records.
public struct TableEntry<Result: Sendable>: Sendable {
    /// The name of its network namespace among the records.
    public let namespace: String

    /// The table's name.
    public let table: String

    /// What became of it.
    public let result: Result

    /// The table's place, for the commands that a text recommends.
    public let place: CommandHint

    /// Creates an entry.
    public init(namespace: String, table: String, _ result: Result, at place: CommandHint) {
        self.namespace = namespace
        self.table = table
        self.result = result
        self.place = place
    }
}

/// Every table that has records, each compared with its current generation.
public struct TablesReport: Sendable {
    /// One table.
    public typealias Entry = TableEntry<Result>

    /// What became of a comparison.
    public indirect enum Result: Sendable {
        /// The table was compared; with what came of putting back what differs, if that was asked for.
        case compared(TableCheck, HealingReport? = nil)
        /// It could not be compared, for a reason.
        case failed(reason: String)
    }

    /// The tables, in the order in which they are printed.
    public let entries: [Entry]

    /// Whether people see only those that are not up to date, and how they differ.
    public let showsOnlyProblems: Bool

    /// How many entries of each list of a difference are printed.
    public let limit: Int

    /// Creates a report.
    public init(_ entries: [Entry], showsOnlyProblems: Bool, atMost limit: Int) {
        self.entries = entries
        self.showsOnlyProblems = showsOnlyProblems
        self.limit = limit
    }

    /// Whether any table differed from what it should be.
    public var isDrifted: Bool {
        entries.contains {
            if case .compared(let check, _) = $0.result { check.isDrifted } else { false }
        }
    }

    /// The tables that could not be compared.
    public var failed: [Entry] {
        entries.filter { if case .failed = $0.result { true } else { false } }
    }

    /// Whether any table still differs from what it should be.
    public var isStillDrifted: Bool {
        entries.contains {
            guard case .compared(let check, let healing) = $0.result else { return false }
            return check.isStillDrifted(after: healing)
        }
    }
}

extension TableEntry where Result == TablesReport.Result {
    /// Whether the table is known to be what it should be.
    public var isUpToDate: Bool {
        if case .compared(let check, _) = result { !check.isDrifted } else { false }
    }
}

/// What became of every table that was to be restored.
public struct RestorationReport: Sendable {
    /// One table.
    public typealias Entry = TableEntry<Result>

    /// What became of a restoration.
    public indirect enum Result: Sendable {
        /// The table has its current generation now.
        case changed(ChangeReport)
        /// It was not restored, for a reason.
        case failed(reason: String)
    }

    /// The tables, in the order in which they were restored.
    public let entries: [Entry]

    /// Creates a report.
    public init(_ entries: [Entry]) { self.entries = entries }
}
