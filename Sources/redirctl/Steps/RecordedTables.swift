import GenerationModel
import Generations
import Glibc
import Nftables
import Reporting
import TrustedFiles

/// The tables that have records in a state directory: of one network namespace, or of all.
struct RecordedTables {
    private let stateDir: String
    private let netns: String?

    /// A table by its records.
    struct Place {
        /// The name of the network namespace's directory among the records.
        let namespace: String

        /// The table's name.
        let table: String

        /// The network namespace to enter; `nil` for the caller's own.
        let netns: String?
    }

    init(_ location: LocationOptions) {
        (stateDir, netns) = (location.stateDir, location.netns)
    }

    /// The tables, those of the caller's own namespace first: there is no way back into one without a
    /// name.
    ///
    /// With the name of a namespace, the thread is there afterwards.
    private func places() throws -> [Place] {
        if let netns { try TableLocation.enter(netns) }
        // Without privileges, no table can be read.
        _ = try NftKernel().generationID()
        let current = try NetworkNamespace.current()
        let own = "net-\(current.inode)"
        let names = netns.map { netns -> Set<String> in
            if netns == NetworkNamespace.host { return [netns] }
            let isHost = (try? NetworkNamespace.isHost()) == true
            return Set([netns, own] + current.names + (isHost ? [NetworkNamespace.host] : []))
        }
        guard access(stateDir, F_OK) == 0 || errno != ENOENT else { return [] }
        let places = try Self.directories(in: stateDir).flatMap { namespace -> [Place] in
            guard names?.contains(namespace) != false else { return [] }
            return try Self.directories(in: "\(stateDir)/\(namespace)")
                .filter { TableName($0) != nil }
                .map {
                    Place(
                        namespace: namespace,
                        table: $0,
                        netns: netns ?? (namespace == own ? nil : namespace)
                    )
                }
        }
        .filter { hasRecords($0) && ($0.namespace != own || !isOfAnother($0)) }
        .sorted { (rank($0.namespace), $0.table) < (rank($1.namespace), $1.table) }
        return places.filter { $0.namespace == own } + places.filter { $0.namespace != own }
    }

    private static func directories(in path: String) throws -> [String] {
        try DirectoryEntry.all(in: path, onlyDirectories: true).map(\.name)
    }

    /// Sorts the host first, then the others by name.
    private func rank(_ namespace: String) -> String {
        namespace == NetworkNamespace.host ? "" : namespace
    }

    private func store(of place: Place) -> Store {
        Store(directory: "\(stateDir)/\(place.namespace)/\(place.table)")
    }

    /// Whether the records of a namespace without a name are those of an earlier one with its inode number.
    private func isOfAnother(_ place: Place) -> Bool {
        guard let verified = try? store(of: place).head().verified, let recorded = verified.cookie,
            verified.boot == (try? Boot.identity()), let cookie = NetworkNamespace.cookie()
        else { return false }
        return cookie != recorded
    }

    /// Whether anything was ever sent to the kernel; a store that can't be read counts, too.
    private func hasRecords(_ place: Place) -> Bool {
        guard let head = try? store(of: place).head() else { return true }
        return head.current != nil || head.trial != nil || head.intent != nil
    }
}

// MARK: - Comparing

extension RecordedTables {
    /// Compares each table with its current generation.
    ///
    /// At most `limit` entries of each list of a difference are printed; `afterwards` gets each comparison,
    /// and can put back what differs. The thread is in another network namespace afterwards.
    func report(
        showsOnlyProblems: Bool,
        atMost limit: Int,
        reading depth: TableReading.Depth = .cached,
        afterwards: (ManagedTable, LocationOptions, TableCheck) -> HealingReport? = { _, _, _ in nil
        }
    ) throws -> TablesReport {
        let entries = try places().compactMap { place -> TablesReport.Entry? in
            let (result, hint) = result(at: place, limit, depth, afterwards)
            if showsOnlyProblems, case .failed = result, !isExpected(place) { return nil }
            return TablesReport.Entry(
                namespace: place.namespace,
                table: place.table,
                result,
                at: hint
            )
        }
        return TablesReport(
            entries.sorted { (rank($0.namespace), $0.table) < (rank($1.namespace), $1.table) },
            showsOnlyProblems: showsOnlyProblems,
            atMost: limit
        )
    }

    private func result(
        at place: Place,
        _ limit: Int,
        _ depth: TableReading.Depth,
        _ afterwards: (ManagedTable, LocationOptions, TableCheck) -> HealingReport?
    ) -> (TablesReport.Result, CommandHint) {
        var location = LocationOptions()
        (location.givenNetns, location.givenStateDir) = (place.netns, stateDir)
        let hint = CommandHint(location, named: place.table)
        do {
            try place.checkReach()
            let managed = try location.managedTable(place.table)
            let check = try managed.check(reading: depth)
            managed.recordVerification(by: check)
            // The texts of rules that are not from redirctl are gone once they are removed.
            let worded = managed.worded(managed.inOrder(check), first: limit)
            let healing = afterwards(managed, location, check)
            return (.compared(worded, healing), hint)
        } catch {
            let sentences = Failure(error) { _ in hint }.message.split(separator: "\n")
            return (.failed(reason: sentences.joined(separator: "; ")), hint)
        }
    }

    /// Whether the table should be there: its namespace can be entered, and it was not removed.
    private func isExpected(_ place: Place) -> Bool {
        guard (try? place.checkReach()) != nil else { return false }
        do {
            guard let current = try store(of: place).head().current else { return false }
            return try !store(of: place).manifest(of: current).isRemoval
        } catch {
            return true
        }
    }
}

// MARK: - Restoring

extension RecordedTables {
    /// The tables that have a generation to be restored, and are not in a namespace that nobody can
    /// enter.
    ///
    /// A table whose only generation is or was on trial has none.
    func restorable() throws -> [Place] {
        try places().filter { place in
            guard (try? place.checkReach()) != nil else { return false }
            guard let head = try? store(of: place).head() else { return true }
            return head.current != nil || head.intent != nil
        }
    }
}

extension RecordedTables.Place {
    /// Refuses a namespace without a name in which this thread is not.
    fileprivate func checkReach() throws {
        guard let netns, NetworkNamespace.isNumbered(netns) else { return }
        throw Failure("its network namespace has no name, so it can only be read from inside")
    }
}
