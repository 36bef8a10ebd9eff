internal import CNftables
internal import RulesetModel

/// Reads a table by way of libnftables' JSON.
///
/// The program reads tables by ``NetlinkTableReader``, which shares no code with this one; the
/// tests hold the two against each other.
enum JSONTableReader {
    /// Reads a table, or nothing where the kernel has none of that name.
    ///
    /// The corresponding command is `nft -j -a list table inet NAME`. What a dormant or owned table
    /// holds is not read.
    static func read(_ name: String) throws(KernelError) -> LiveTable? {
        guard let bareTable = try Netlink.bareTable(name) else { return nil }
        // Up to 1.0.9 libnftables prints the JSON of a table with flags from freed memory.
        guard !bareTable.isDormant, !bareTable.isOwned else { return bareTable }
        let command = "list table inet \(name)\n"
        var listing = TableListing(of: bareTable)
        try Libnftables.run(command, as: CNFT_JSON) { (bytes) throws(KernelError) in
            try JSONReader.readListing(bytes) { (kind, object) throws(KernelError) in
                try listing.add(object, of: kind)
            }
        }
        guard listing.needsTexts else { return listing.table }
        return try ForeignRuleTexts.list(name).named(listing.table)
    }
}
