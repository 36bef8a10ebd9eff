public import GenerationModel

/// Every table that has records, each compared with its current generation.
public struct TablesReport: Sendable {
    /// One table.
    public struct Entry: Sendable {
        /// What became of the comparison.
        public enum Result: Sendable {
            /// The table was compared.
            case compared(TableCheck)
            /// It could not be compared, for a reason.
            case failed(reason: String)
        }

        /// The name of its network namespace among the records.
        public let namespace: String

        /// The table's name.
        public let table: String

        /// What became of the comparison.
        public let result: Result

        /// Creates an entry.
        public init(namespace: String, table: String, _ result: Result) {
            self.namespace = namespace
            self.table = table
            self.result = result
        }

        /// Whether the table is known to be what it should be.
        public var isUpToDate: Bool {
            if case .compared(let check) = result { !check.isDrifted } else { false }
        }
    }

    /// The tables, in the order in which they are printed.
    public let entries: [Entry]

    /// Whether people see only those that are not up to date.
    public let showsOnlyProblems: Bool

    /// Creates a report.
    public init(_ entries: [Entry], showsOnlyProblems: Bool) {
        self.entries = entries
        self.showsOnlyProblems = showsOnlyProblems
    }

    /// Whether any table differs from what it should be.
    public var isDrifted: Bool {
        entries.contains {
            if case .compared(let check) = $0.result { check.isDrifted } else { false }
        }
    }
}
