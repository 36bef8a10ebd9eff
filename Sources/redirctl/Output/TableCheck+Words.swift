import GenerationModel
import Generations
import Nftables
import Reporting
import TableDiff

extension ManagedTable {
    /// The comparison with rules of others in nft's words, among the first entries of its differences.
    func worded(_ check: TableCheck, first limit: Int) -> TableCheck {
        check.mapDifferences { worded($0, first: limit) }
    }
}

extension ManagedTable {
    /// The comparison with its redirects in the order of the policy in effect, if that can be told.
    func inOrder(_ check: TableCheck) -> TableCheck {
        guard check.isDrifted, let policy = policyInEffect(by: check) else { return check }
        return check.mapDifferences { $0.inOrder(of: PolicyOrder(of: policy)) }
    }
}

extension ManagedTable {
    /// Why there is nothing that the table could be compared with.
    func reasonForNoComparison(_ check: TableCheck) -> ApplyError {
        check.snapshot?.hasForeignTable == true ? .foreignTable(name) : noGeneration()
    }
}

/// Who has a table for itself, in words.
enum OwnerText {
    static func sentence(of table: String) -> String {
        TableCheck.Owner(of: table).sentence(table: table)
    }
}

extension ListOptions {
    /// Prints how a table differs from what it should contain.
    ///
    /// The rules of others in it must be in nft's words already (``worded(_:first:)``).
    ///
    /// With `onlyDrift`, nothing is printed for people if it does not differ.
    func print(
        _ command: String,
        _ check: TableCheck,
        of managed: ManagedTable,
        at place: CommandHint,
        connections: ConnectionsReport? = nil,
        objects: Bool = false,
        healing: HealingReport? = nil,
        onlyDrift: Bool = false,
        _ console: Console
    ) throws -> ExitStatus {
        guard check.isComparable else { throw managed.reasonForNoComparison(check) }
        if onlyDrift, !check.isDrifted, !console.format.isForPrograms { return .done }
        let report = DriftReport(
            check,
            atMost: limit(in: console.format),
            connections: connections,
            showsObjects: objects,
            healing: healing
        )
        try console.print(command, .drift(report), at: place)
        return check.isStillDrifted(after: healing) ? .different : .done
    }
}
