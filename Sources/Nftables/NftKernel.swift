public import Addressing
public import RulesetModel

/// The kernel of this machine, accessed through libnftables and netlink.
///
/// All methods work in the calling thread's network namespace. Several threads can use them at once,
/// each in its own namespace.
public struct NftKernel: Kernel {
    private let lock: Int32?

    /// Creates an access to the kernel.
    ///
    /// - Parameter lock: A locked descriptor (flock(2)). It stays locked during a transaction, even if
    ///   this process dies.
    public init(holding lock: Int32? = nil) {
        self.lock = lock
    }

    /// Starts the process of the next transaction of this network namespace, which waits for it.
    ///
    /// A caller that will use much memory before the transaction should call this first: forking a
    /// large process takes longer. Without this call, a transaction starts its process itself.
    public static func prepare() { Libnftables.prepare() }

    /// Reads one `inet` table; `nil` if the kernel has no table of that name.
    ///
    /// The contents of a dormant or owned table are not read. The corresponding netlink messages are
    /// NFT_MSG_GETTABLE, NFT_MSG_GETCHAIN, NFT_MSG_GETRULE and so on.
    public func table(_ name: String) throws(KernelError) -> LiveTable? {
        try NetlinkTableReader.read(name)
    }

    /// Reads one `inet` table, but of its maps only the elements with given keys.
    ///
    /// The corresponding netlink messages are those for a whole table, but NFT_MSG_GETSETELEM asks
    /// for each key.
    public func table(
        _ name: String,
        only keys: [String: [MapKey]]
    ) throws(KernelError) -> LiveTable? {
        try NetlinkTableReader.read(name, only: keys)
    }

    /// Reads an `inet` table even if a process owns it; `nil` if the kernel has no table of that name.
    public func ownedTable(_ name: String) throws(KernelError) -> LiveTable? {
        try NetlinkTableReader.read(name, evenIfOwned: true)
    }

    /// Whether the kernel has an `inet` table of this name.
    public func hasTable(_ name: String) throws(KernelError) -> Bool {
        try KernelQuery.head(of: name) != nil
    }

    /// The text of some rules of an `inet` table, as nft prints it, by their handles.
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

    /// Whether an `inet` table has a marker; without a marker, whether there is no such table.
    ///
    /// The corresponding netlink messages are NFT_MSG_GETCHAIN and NFT_MSG_GETTABLE.
    public func table(_ name: String, has marker: Marker?) throws(KernelError) -> Bool {
        guard let marker else { return try KernelQuery.head(of: name) == nil }
        return try KernelQuery.hasChain(marker.chain, in: name)
    }

    /// Reads the lease of an `inet` table; `nil` if it has none.
    ///
    /// The corresponding netlink messages are NFT_MSG_GETSET and NFT_MSG_GETSETELEM.
    public func lease(of table: String) throws(KernelError) -> LiveLease? {
        try NetlinkTableReader.lease(of: table)
    }

    /// The connection labels for which other `inet` tables change source addresses, by the tables'
    /// names.
    ///
    /// Only rules that redirctl could have written are found.
    /// The corresponding netlink messages are NFT_MSG_GETCHAIN and NFT_MSG_GETRULE.
    public func labelsOfChangedSources(
        besides table: String
    ) throws(KernelError) -> [String: Set<ConnectionLabel>] {
        try NetlinkTableReader.labels(besides: table)
    }

    /// Executes nft commands, each of one line, in one transaction: all of them or none.
    ///
    /// Without commands there is no transaction. The corresponding C function is
    /// `nft_run_cmd_from_filename`.
    public func commit(_ commands: [String]) throws(KernelError) {
        guard !commands.isEmpty else { return }
        // libnftables reports missing privileges in English only; the kernel, by a number.
        _ = try generationID()
        let script = commands.joined(separator: "\n") + "\n"
        try Libnftables.run(script, holding: lock) { _ in }
    }

    /// How libnftables ends when it reads the tables of this namespace; `nil` if it can read them.
    ///
    /// Up to 1.0.9, every transaction makes it read the sets of all tables. A table that a newer
    /// version made can crash it. The corresponding command is `nft list tables`.
    public func crashOfLibrary() -> String? {
        do throws(KernelError) {
            try Libnftables.run("list tables\n") { _ in }
        } catch {
            if case .libraryDied(let status, _) = error { return status }
        }
        return nil
    }

    /// Those of some features that the kernel lacks, found out by an experiment.
    ///
    /// The corresponding C functions are `unshare`, with CLONE_NEWNET, and
    /// `nft_run_cmd_from_filename`.
    public func missing(among features: Set<KernelFeature>) -> Set<KernelFeature> {
        FeatureProbe.missing(among: features)
    }

    /// The number of transactions that the kernel has committed in this network namespace.
    ///
    /// The corresponding netlink message is NFT_MSG_GETGEN.
    public func generationID() throws(KernelError) -> UInt32 {
        try KernelQuery.generationID()
    }
}
