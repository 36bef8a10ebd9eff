internal import CNftables
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

    /// Reads one `inet` table, or nothing where the kernel has none of that name.
    ///
    /// The corresponding command is `nft -j -a list table inet NAME`; whether there is such a
    /// table is asked by NFT_MSG_GETTABLE. What a dormant or owned table holds is not read.
    public func table(_ name: String) throws(KernelError) -> LiveTable? {
        guard let bareTable = try Netlink.bareTable(name) else { return nil }
        // Up to 1.0.9 libnftables prints the JSON of a table with flags from freed memory.
        guard !bareTable.isDormant, !bareTable.isOwned else { return bareTable }
        do throws(KernelError) {
            return try listed(bareTable)
        } catch .refused(let complaints) {
            // Gone since it was asked for: no error either.
            guard try Netlink.bareTable(name) != nil else { return nil }
            throw .refused(complaints)
        }
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

    private func listed(_ bareTable: LiveTable) throws(KernelError) -> LiveTable {
        let command = "list table inet \(bareTable.name)\n"
        var listing = TableListing(of: bareTable)
        try Libnftables.run(command, as: CNFT_JSON) { (bytes) throws(KernelError) in
            try JSONReader.readListing(bytes) { (kind, object) throws(KernelError) in
                try listing.add(object, of: kind)
            }
        }
        guard listing.needsTexts else { return listing.table }
        // JSON is for reading, but what somebody else's rule says is shown in nft's own words.
        let texts = try Libnftables.run(command, as: CNFT_TEXT) { (bytes) throws(KernelError) in
            ForeignRuleTexts(listing: String(decoding: bytes, as: UTF8.self))
        }
        return texts.named(listing.table)
    }
}
