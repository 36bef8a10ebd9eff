import GenerationModel
import Generations
import Nftables

extension Console {
    /// Warns of tables to which the same policy was applied before it named this one.
    ///
    /// What comes from standard input has no name to be known by.
    func warn(ofOtherTablesOf policy: String?, at managed: ManagedTable, _ options: LocationOptions)
    {
        guard let policy, policy != "-" else { return }
        for table in managed.store.otherTables(of: policy) where TableName(table) != nil {
            guard (try? NftKernel().hasTable(table)) == true else { continue }
            warn(
                "this policy was applied to table inet \(table) before, which still redirects; "
                    + "\(CommandHint(options, named: table).line("remove")) removes it"
            )
        }
    }
}
