public import RulesetModel

/// The program's access to the kernel; tests replace it by a fake.
public protocol Kernel {
    /// Reads one `inet` table; `nil` if the kernel has no table of that name.
    func table(_ name: String) throws(KernelError) -> LiveTable?

    /// The text of some rules of an `inet` table, as nft prints it, by their handles.
    ///
    /// This takes as long as nft needs to list the whole table. Rules that no longer exist are
    /// missing from the result.
    func ruleTexts(
        of table: String,
        _ handles: Set<Handle>
    ) throws(KernelError) -> [Handle: String]

    /// Reads one `inet` table, but of its maps only the elements with given keys, by the map's name;
    /// `nil` if the kernel has no table of that name.
    ///
    /// The time does not depend on the maps' size. A map with ranges for keys is read as a whole if
    /// any of its keys is given.
    func table(
        _ name: String,
        only keys: [String: [MapKey]]
    ) throws(KernelError) -> LiveTable?

    /// Whether an `inet` table has a marker; without a marker, whether there is no such table.
    ///
    /// Nothing else of the table is read.
    func table(_ name: String, has marker: Marker?) throws(KernelError) -> Bool

    /// Reads the lease of an `inet` table; `nil` if it has none.
    ///
    /// Nothing else of the table is read.
    func lease(of table: String) throws(KernelError) -> LiveLease?

    /// Executes nft commands, each of one line, in one transaction: all of them or none.
    func commit(_ commands: [String]) throws(KernelError)

    /// Those of some features that the kernel lacks; none if that can't be found out.
    func missing(among features: Set<KernelFeature>) -> Set<KernelFeature>

    /// The number of transactions that the kernel has committed in this network namespace.
    ///
    /// The transactions of all programs count, so nothing has changed if the number is the same. It
    /// starts at the beginning with every boot and in every namespace.
    func generationID() throws(KernelError) -> UInt32
}
