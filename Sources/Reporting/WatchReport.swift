public import GenerationModel
public import RulesetModel

/// What happened to a table while it was watched.
public struct WatchReport: Sendable {
    /// The kinds of events.
    public enum Event: String, Sendable, Encodable {
        /// The watch has begun.
        case watching
        /// The table is not as it should be, or not in the same way as before.
        case drift
        /// The table is as applied again.
        case restored
        /// Another generation is live, as it should be.
        case generation
        /// A trial has begun, or its end was moved.
        case trial
        /// A trial has ended without a confirmation.
        case trialEnded = "trial-ended"
        /// The table differs again after it was healed several times, and is not healed any more.
        case healingStopped = "healing-stopped"
        /// Somebody wrote to the table, and it compares as before.
        case unchanged
        /// The table can't be compared.
        case unreadable
        /// The table can be compared again, and it compares as before.
        case readable
    }

    /// Who may have made an event happen.
    public struct Authors: Sendable, Hashable {
        /// How many authors are named.
        public static let most = 5

        /// The first authors; equal ones are named once.
        public private(set) var named: [TransactionAuthor] = []

        /// How many transactions others made.
        public private(set) var others = 0

        /// Whether the kernel dropped messages, so that authors can be missing.
        public var areIncomplete = false

        /// Creates a list of no authors.
        public init() {}

        /// Adds the author of a transaction; `nil` for one that is not known.
        ///
        /// The closure adds what is known of an author who is named for the first time.
        public mutating func add(
            _ author: TransactionAuthor?,
            describe: (TransactionAuthor) -> TransactionAuthor
        ) {
            guard let author else {
                others += 1
                return
            }
            let isNamed = named.contains {
                $0.process == author.process && $0.name == author.name
            }
            if isNamed { return }
            if named.count < Self.most { named.append(describe(author)) } else { others += 1 }
        }

        /// Adds the authors of a later time.
        public mutating func add(_ later: Authors) {
            for author in later.named { add(author) { $0 } }
            others += later.others
            areIncomplete = areIncomplete || later.areIncomplete
        }
    }

    /// What happened.
    public let event: Event

    /// The table's name.
    public let table: String

    /// Who may have done it.
    public let authors: Authors

    /// How the table compares; `nil` if it can't be read.
    public let reading: TableCheck?

    /// Why the table can't be compared.
    public let reason: String?

    /// What came of putting back what differs; `nil` if that was not asked for.
    public let healing: HealingReport?

    /// How many entries of each list are printed.
    public let limit: Int

    /// Creates a report.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - table: The table's name.
    ///   - authors: Who may have done it.
    ///   - reading: How the table compares.
    ///   - reason: Why the table can't be compared.
    ///   - healing: What came of putting back what differs.
    ///   - limit: How many entries of each list are printed.
    public init(
        _ event: Event,
        of table: String,
        by authors: Authors = Authors(),
        _ reading: TableCheck? = nil,
        because reason: String? = nil,
        healing: HealingReport? = nil,
        atMost limit: Int
    ) {
        self.event = event
        self.table = table
        self.authors = authors
        self.reading = reading
        self.reason = reason
        self.healing = healing
        self.limit = limit
    }
}
