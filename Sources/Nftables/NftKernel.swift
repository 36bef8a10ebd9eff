public import Addressing
public import RulesetModel

/// The kernel of this machine, by way of libnftables and netlink.
///
/// Everything happens in the calling thread's network namespace. Safe to use from many threads at
/// once, each in its own namespace.
public struct NftKernel: Kernel {
    private let lock: Int32?

    /// Creates a door to the kernel.
    ///
    /// - Parameter lock: A locked descriptor (flock(2)) that must not be unlocked, not even by the
    ///   death of this process, while a transaction is under way.
    public init(holding lock: Int32? = nil) {
        self.lock = lock
    }

    /// Starts the process of the next transaction of this network namespace, where it waits.
    ///
    /// For whoever is going to use much memory before: a process forked then has as much. Without
    /// this, or where it fails, a transaction starts its process itself.
    public static func prepare() { Libnftables.prepare() }

    /// Reads one `inet` table, or nothing where the kernel has none of that name.
    ///
    /// The corresponding netlink messages are NFT_MSG_GETTABLE, NFT_MSG_GETCHAIN, NFT_MSG_GETRULE
    /// and so on. What a dormant or owned table holds is not read.
    public func table(_ name: String) throws(KernelError) -> LiveTable? {
        try NetlinkTableReader.read(name)
    }

    /// Reads one `inet` table with only those elements of its maps that have one of these keys.
    ///
    /// The corresponding netlink messages are NFT_MSG_GETSETELEM for each key, and those for a whole
    /// table but for the elements of maps.
    public func table(
        _ name: String,
        only keys: [String: [MapKey]]
    ) throws(KernelError) -> LiveTable? {
        try NetlinkTableReader.read(name, only: keys)
    }

    /// Reads a table that a process has for itself, or nothing where the kernel has none of that name.
    public func ownedTable(_ name: String) throws(KernelError) -> LiveTable? {
        try NetlinkTableReader.read(name, evenIfOwned: true)
    }

    /// Whether the kernel has an `inet` table of this name.
    public func hasTable(_ name: String) throws(KernelError) -> Bool {
        try Netlink.bareTable(name) != nil
    }

    /// The words in which nft prints some rules of an `inet` table, by their handles.
    ///
    /// The corresponding command is `nft -a -t list table inet NAME`.
    public func ruleTexts(
        of table: String,
        _ handles: Set<Handle>
    ) throws(KernelError) -> [Handle: String] {
        try Libnftables.run("list table inet \(table)\n") { (bytes) throws(KernelError) in
            RuleTexts(listing: bytes, of: handles).byHandle
        }
    }

    /// Whether an `inet` table bears a marker; where none is given, whether there is no such table.
    ///
    /// The corresponding netlink messages are NFT_MSG_GETCHAIN and NFT_MSG_GETTABLE.
    public func table(_ name: String, bears marker: Marker?) throws(KernelError) -> Bool {
        guard let marker else { return try Netlink.bareTable(name) == nil }
        return try Netlink.hasChain(marker.chain, in: name)
    }

    /// Reads the lease of an `inet` table, or nothing where it has none.
    ///
    /// The corresponding netlink messages are NFT_MSG_GETSET and NFT_MSG_GETSETELEM.
    public func lease(of table: String) throws(KernelError) -> LiveLease? {
        try NetlinkTableReader.lease(of: table)
    }

    /// The labels of connections whose source other `inet` tables change by rules like ours, by the
    /// tables' names.
    ///
    /// The corresponding netlink messages are NFT_MSG_GETCHAIN and NFT_MSG_GETRULE.
    public func labelsOfChangedSources(
        besides table: String
    ) throws(KernelError) -> [String: Set<ConnectionLabel>] {
        try NetlinkTableReader.labels(besides: table)
    }

    /// Carries out nft commands, one a line, in one transaction: all of them or none.
    ///
    /// The corresponding C function is `nft_run_cmd_from_filename`. No commands, no transaction.
    public func commit(_ commands: [String]) throws(KernelError) {
        guard !commands.isEmpty else { return }
        // libnftables tells a lack of privileges in English only; the kernel, by a number.
        _ = try generation()
        let script = commands.joined(separator: "\n") + "\n"
        try Libnftables.run(script, holding: lock) { _ in }
    }

    /// The kernel's own count of committed transactions in this network namespace.
    ///
    /// The corresponding netlink message is NFT_MSG_GETGEN.
    public func generation() throws(KernelError) -> UInt32 {
        try Netlink.generation()
    }
}
