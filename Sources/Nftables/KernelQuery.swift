internal import Glibc
internal import Netlink

/// Short queries to nf_tables, each through a socket of its own in the calling thread's network
/// namespace.
enum KernelQuery {
    /// Returns the number of transactions committed in the network namespace.
    static func generationID() throws(KernelError) -> UInt32 {
        let query = NetlinkQuery.generation
        guard let generation = try answer(to: query) else {
            throw .failed(query.name, errno: ENOENT)
        }
        return generation
    }

    /// Returns the flags of an `inet` table; `nil` if there is no table of that name.
    static func head(of table: String) throws(KernelError) -> TableHead? {
        try answer(to: .table(table))
    }

    /// Whether an `inet` table has a chain of a name; `false` if there is no such table.
    static func hasChain(_ name: String, in table: String) throws(KernelError) -> Bool {
        try answer(to: .chain(name, of: table)) != nil
    }

    private static func answer<Description>(
        to query: NetlinkQuery<Description>
    ) throws(KernelError) -> Description? {
        var socket = try NetlinkSocket(bufferSize: NetlinkSocket.queryBufferSize)
        return try socket.answer(to: query)
    }
}
