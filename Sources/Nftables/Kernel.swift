public import RulesetModel

/// What the program asks of the kernel; the seam at which tests put a fake.
public protocol Kernel {
    /// Reads one `inet` table, or nothing where the kernel has none of that name.
    ///
    /// No other table is ever listed.
    func table(_ name: String) throws(KernelError) -> LiveTable?

    /// The words in which nft prints some rules of an `inet` table, by their handles.
    ///
    /// That takes as long as nft needs for the whole table. Rules that are gone have no words.
    func ruleTexts(
        of table: String,
        _ handles: Set<Handle>
    ) throws(KernelError) -> [Handle: String]

    /// Reads one `inet` table with only those elements of its maps that have one of these keys, by
    /// the map's name.
    ///
    /// That takes a moment, however large the maps are. One with ranges for keys is read as a whole
    /// where a key of it is given.
    func table(
        _ name: String,
        only keys: [String: [MapKey]]
    ) throws(KernelError) -> LiveTable?

    /// Whether an `inet` table bears a marker; where none is given, whether there is no such table.
    ///
    /// What else the table holds is not read.
    func table(_ name: String, bears marker: Marker?) throws(KernelError) -> Bool

    /// Reads the lease of an `inet` table, or nothing where it has none.
    ///
    /// What else the table holds is not read.
    func lease(of table: String) throws(KernelError) -> LiveLease?

    /// Carries out nft commands, one a line, in one transaction: all of them or none.
    func commit(_ commands: [String]) throws(KernelError)

    /// The kernel's own count of committed transactions in this network namespace.
    ///
    /// Any writer moves it, so an unchanged number means that nothing has changed; it starts anew
    /// with every boot and namespace.
    func generation() throws(KernelError) -> UInt32
}
