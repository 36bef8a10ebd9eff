internal import CLinux
internal import Glibc
internal import RulesetModel

/// Questions to nf_tables that need no libnftables.
enum Netlink {
    /// Returns the number of transactions committed in this network namespace.
    ///
    /// The corresponding C function is `clinux_nft_generation`.
    static func generation() throws(KernelError) -> UInt32 {
        var generation: UInt32 = 0
        let error = clinux_nft_generation(&generation)
        guard error == 0 else { throw .failed("NFT_MSG_GETGEN", errno: error) }
        return generation
    }

    /// Returns an `inet` table without what it holds, or nothing where there is none of that name.
    ///
    /// The corresponding C function is `clinux_nft_table`.
    static func bareTable(_ name: String) throws(KernelError) -> LiveTable? {
        var table = clinux_nft_table()
        let error = clinux_nft_table(name, &table)
        if error == ENOENT { return nil }
        guard error == 0 else { throw .failed("NFT_MSG_GETTABLE", errno: error) }
        return LiveTable(
            name: name,
            isDormant: table.is_dormant != 0,
            isOwned: table.is_owned != 0
        )
    }

    /// The netlink port of the socket that has an `inet` table for itself, where one has.
    ///
    /// The corresponding C function is `clinux_nft_table`.
    static func owner(of name: String) throws(KernelError) -> UInt32? {
        var table = clinux_nft_table()
        let error = clinux_nft_table(name, &table)
        if error == ENOENT { return nil }
        guard error == 0 else { throw .failed("NFT_MSG_GETTABLE", errno: error) }
        return table.is_owned != 0 ? table.owner : nil
    }

    /// Whether an `inet` table has a chain of this name.
    ///
    /// The corresponding C function is `clinux_nft_chain`.
    static func hasChain(_ name: String, in table: String) throws(KernelError) -> Bool {
        let error = clinux_nft_chain(table, name)
        if error == ENOENT { return false }
        guard error == 0 else { throw .failed("NFT_MSG_GETCHAIN", errno: error) }
        return true
    }
}
