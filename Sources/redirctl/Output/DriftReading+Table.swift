import GenerationModel
import Generations
import Nftables
import Planning
import Reporting

extension DriftReading {
    /// The comparison of a table with its current generation or with a policy.
    init(_ check: TableCheck, of managed: ManagedTable, policy: String? = nil) {
        self.init(
            check,
            table: managed.name,
            storeDirectory: managed.store.directory,
            policy: policy,
            owner: check.isOwnedByOther ? Owner(of: managed.name) : nil
        )
    }
}

extension ManagedTable {
    /// The reading with rules of others in nft's words, among the first entries of its differences.
    func worded(_ reading: DriftReading, first limit: Int) -> DriftReading {
        reading.mapDifferences { worded($0, first: limit) }
    }
}

extension DriftReading.Owner {
    /// Finds the owner of a table that has one.
    init(of table: String) {
        self = TableOwner.of(table).map { .process($0.process, command: $0.command) } ?? .unknown
    }
}

/// Who has a table for itself, in words.
enum OwnerText {
    static func sentence(of table: String) -> String {
        DriftReading.Owner(of: table).sentence(table: table)
    }
}

extension DriftOptions {
    /// Prints how a table differs from what it should contain.
    func print(
        _ command: String,
        _ reading: DriftReading,
        of managed: ManagedTable,
        at place: CommandHint,
        objects: Bool = false,
        _ console: Console
    ) throws {
        guard reading.isComparable else { throw ApplyError.noGeneration }
        let limit = all ? .max : console.format.listLimit
        let report = DriftReport(
            managed.worded(reading, first: limit),
            atMost: limit,
            showsObjects: objects
        )
        try console.print(command, .drift(report), at: place)
    }
}
