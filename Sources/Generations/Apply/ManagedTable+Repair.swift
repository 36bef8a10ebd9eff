import GenerationModel
import Nftables
import RulesetModel

extension ManagedTable {
    /// Repairs the store and the trial after killed commands, under the table's lock.
    ///
    /// - Returns: The value that makes changes; its ``Applier/repairs`` say what was found.
    public func repaired(under lock: StoreLock) throws -> Applier {
        let kernel = kernel(holding: lock.file)
        let rebuilt = try rebuildHead(through: kernel)
        let live: TableReading =
            if let manifest = try cached(through: kernel) {
                .cached(manifest)
            } else {
                .listed(try list(through: kernel))
            }
        let found = live.snapshot
        let repairs = Repairs(
            reconciliation: rebuilt.map { .headRebuilt($0) } ?? found?.reconciliation ?? .inStep,
            restart: found?.restart,
            trial: found?.trial,
            trialRestart: found?.trialRestart,
            endedOverdueTrial: found?.overdueTrial != nil
        )
        var applier = try Applier(
            self,
            lock: lock,
            kernel: kernel,
            live: live,
            repairs: repairs
        )
        try applier.settle()
        return applier
    }

    /// Makes a new head if the head can't be read or names a generation that is gone: from the one
    /// generation whose marker the kernel has.
    ///
    /// - Returns: That generation's number; `nil` if the head can be read.
    /// - Throws: What is wrong with the head, if the kernel's markers don't tell.
    func rebuildHead(through kernel: any Kernel) throws -> Int? {
        do throws(StoreError) {
            try store.checkGenerations(namedBy: store.head())
            return nil
        } catch let damage {
            guard case .corrupt(let path, let reason) = damage else { throw damage }
            // Markers that belong to no generation of this store are ignored.
            let markers = try kernel.table(name).flatMap { $0.isDormant ? nil : $0.markers } ?? []
            let own = markers.filter(store.has)
            guard own.count == 1, let marker = own.first,
                // Every file of it must be as it was written.
                let generation = try? store.generation(marker.number), generation.ruleset != nil
            else { throw StoreError.headLost(path: path, reason: reason) }
            var head = Head()
            head.format = generation.manifest.format
            head.current = marker.number
            head.confirmed = marker.number
            try store.write(head)
            return marker.number
        }
    }
}
