import GenerationModel
import Generations
import Glibc
import Nftables
import Reporting
import TrustedFiles

/// The tables that have records in a state directory, in all network namespaces.
struct RecordedTables {
    private let stateDir: String

    /// The directory of a namespace among the records, and the table.
    private struct Place {
        let namespace: String
        let table: String
    }

    init(stateDir: String) { self.stateDir = stateDir }

    /// Compares each table with its current generation.
    ///
    /// The thread is in another network namespace afterwards.
    func report(showsOnlyProblems: Bool) throws -> TablesReport {
        // Without privileges, no table can be read.
        _ = try NftKernel().generationID()
        let own = "net-\(try NetworkNamespace.current().inode)"
        let places = try self.places()
        // There is no way back into a namespace without a name.
        let inOrder = places.filter { $0.namespace == own } + places.filter { $0.namespace != own }
        let entries = inOrder.compactMap { place -> TablesReport.Entry? in
            let result = result(at: place, own: own)
            if showsOnlyProblems, case .failed = result, !isExpected(place) { return nil }
            return TablesReport.Entry(namespace: place.namespace, table: place.table, result)
        }
        return TablesReport(
            entries.sorted { ($0.sortKey, $0.table) < ($1.sortKey, $1.table) },
            showsOnlyProblems: showsOnlyProblems
        )
    }

    private func places() throws -> [Place] {
        guard access(stateDir, F_OK) == 0 || errno != ENOENT else { return [] }
        return try Self.directories(in: stateDir).flatMap { namespace in
            try Self.directories(in: "\(stateDir)/\(namespace)")
                .filter { TableName($0) != nil }
                .map { Place(namespace: namespace, table: $0) }
        }
    }

    private static func directories(in path: String) throws -> [String] {
        try DirectoryEntry.all(in: path, onlyDirectories: true).map(\.name)
    }

    private func result(at place: Place, own: String) -> TablesReport.Entry.Result {
        if NetworkNamespace.isNumbered(place.namespace), place.namespace != own {
            return .failed(
                reason: "its network namespace has no name, so it can only be read from inside"
            )
        }
        do {
            let location = TableLocation(
                netns: place.namespace == own ? nil : place.namespace,
                stateDir: stateDir
            )
            let managed = try location.managedTable(place.table)
            let check = try managed.check()
            managed.recordVerification(by: check)
            return .compared(check)
        } catch {
            let sentences = Failure(error).message.split(separator: "\n")
            return .failed(reason: sentences.joined(separator: "; "))
        }
    }

    /// Whether the table should be there: its namespace has a name, and it was not removed.
    private func isExpected(_ place: Place) -> Bool {
        guard !NetworkNamespace.isNumbered(place.namespace) else { return false }
        let store = Store(directory: "\(stateDir)/\(place.namespace)/\(place.table)")
        do {
            guard let current = try store.head().current else { return false }
            return try !store.manifest(of: current).isRemoval
        } catch {
            return true
        }
    }
}

extension TablesReport.Entry {
    /// The host first, then the others by name.
    fileprivate var sortKey: String { namespace == NetworkNamespace.host ? "" : namespace }
}
