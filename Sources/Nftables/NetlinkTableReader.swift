internal import Addressing
internal import Glibc
internal import Netlink
internal import RulesetModel

/// Reads tables by netlink, without libnftables.
enum NetlinkTableReader {
    /// The number of times that a table is read again if it was changed while it was read.
    private static let retries = 50

    /// The time by which the wait before each retry grows, in microseconds.
    ///
    /// All waits together take about a second, so a burst of changes is over by then.
    private static let pause: UInt32 = 1000

    /// Reads a table; `nil` if the kernel has no table of that name.
    ///
    /// The kernel lists one kind of objects after the other, so a reading is valid only if nothing
    /// was changed meanwhile. On a machine where other tables change all the time, two equal
    /// readings in a row are valid, too.
    ///
    /// The contents of a dormant table are not read, nor those of a table that a process owns, unless
    /// that is asked for. With keys, by the map's name, only the elements with these keys are read.
    static func read(
        _ name: String,
        evenIfOwned: Bool = false,
        only keys: [String: [MapKey]]? = nil
    ) throws(KernelError) -> LiveTable? {
        var last: LiveTable?
        for retry in 0...retries {
            usleep(UInt32(retry) * pause)
            let before = try KernelQuery.generationID()
            guard let head = try KernelQuery.head(of: name) else { return nil }
            let bareTable = LiveTable(name, head)
            guard !bareTable.isDormant, evenIfOwned || !bareTable.isOwned else {
                return bareTable
            }
            guard let (table, wasDisturbed) = try readOnce(bareTable, since: before, keys) else {
                continue
            }
            if !wasDisturbed, try KernelQuery.generationID() == before { return table }
            let comparable = table.withoutCounts
            if comparable == last { return table }
            last = comparable
        }
        throw .unreadableListing("it kept changing while it was read")
    }

    /// Reads the lease of a table's trial, and nothing else; `nil` if there is none.
    static func lease(of table: String) throws(KernelError) -> LiveLease? {
        var socket = try NetlinkSocket()
        var decoder = TableDecoder(of: LiveTable(name: table)) { _ in nil }
        for kind in [NetlinkRequest.Kind.sets, .elements(of: LiveLease.name)] {
            try socket.ask(NetlinkRequest(kind, of: table)) {
                (message) throws(UnreadableMessage) in try decoder.add(message)
            }
        }
        return decoder.result.lease
    }

    /// The connection labels for which other `inet` tables change source addresses, by the tables'
    /// names.
    static func labels(besides name: String) throws(KernelError) -> [String: Set<ConnectionLabel>] {
        var socket = try NetlinkSocket()
        var tables: Set<String> = []
        // The answer has the chains of all tables of the family.
        try socket.ask(NetlinkRequest(.chains, of: name)) { (message) throws(UnreadableMessage) in
            if let table = TableDecoder.table(ofChain: Hook.postrouting.rawValue, message) {
                tables.insert(table)
            }
        }
        var labels: [String: Set<ConnectionLabel>] = [:]
        for table in tables.subtracting([name]) {
            var decoder = TableDecoder(of: LiveTable(name: table)) { _ in nil }
            for kind in [NetlinkRequest.Kind.chains, .rules] {
                try socket.ask(NetlinkRequest(kind, of: table)) {
                    (message) throws(UnreadableMessage) in
                    try decoder.add(message)
                }
            }
            let found = decoder.result.labelsOfChangedSources
            if !found.isEmpty { labels[table] = found }
        }
        return labels
    }

    /// Reads a table once.
    ///
    /// - Returns: `nil` if the answers do not fit together, because a transaction was committed since
    ///   a kernel generation.
    private static func readOnce(
        _ bareTable: LiveTable,
        since generation: UInt32,
        _ keys: [String: [MapKey]]?
    ) throws(KernelError) -> (LiveTable, wasDisturbed: Bool)? {
        var socket = try NetlinkSocket()
        let cgroups = CgroupPaths()
        var decoder = TableDecoder(of: bareTable) { cgroups.path(of: $0) }
        func ask(_ requests: [NetlinkRequest]) throws(KernelError) {
            for request in requests {
                try socket.ask(request) {
                    (message) throws(UnreadableMessage) in try decoder.add(message)
                }
            }
        }
        func ask(_ kinds: NetlinkRequest.Kind...) throws(KernelError) {
            try ask(kinds.map { NetlinkRequest($0, of: bareTable.name) })
        }
        do throws(KernelError) {
            try ask(.chains, .objects, .sets)
            try ask(decoder.elementRequests(only: keys))
            try ask(.flowtables, .rules)
        } catch .unreadableListing(let reason) {
            // For example, a rule whose chain was created later. The kernel reports changes during a
            // listing, but not between two listings.
            if socket.wasDisturbed { return nil }
            if try KernelQuery.generationID() != generation { return nil }
            throw .unreadableListing(reason)
        }
        return (decoder.result, socket.wasDisturbed)
    }
}

extension LiveTable {
    /// A table of which only the head has been read.
    init(_ name: String, _ head: TableHead) {
        self.init(name: name, isDormant: head.isDormant, isOwned: head.owner != nil)
    }
}
