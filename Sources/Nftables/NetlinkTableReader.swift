internal import Addressing
internal import Glibc
internal import Netlink
internal import RulesetModel

/// Reads a table by the kernel's own messages.
enum NetlinkTableReader {
    /// So often a table is read again because somebody changed something meanwhile.
    private static let furtherLooks = 50
    /// By so many microseconds each look waits longer than the one before it, so that a burst of
    /// changes is outlived: those of all looks take about a second.
    private static let pause: UInt32 = 1000

    /// Reads a table, or nothing where the kernel has none of that name.
    ///
    /// What a dormant table holds is not read, nor is that of an owned one unless it is asked for.
    ///
    /// The kernel lists objects of one kind after the other, so a reading counts when nothing was
    /// changed meanwhile. On a machine where somebody always changes other tables, two in a row
    /// that say the same count, too.
    ///
    /// Where not all elements of the maps are wanted, the keys say which, by the map's name.
    static func read(
        _ name: String,
        evenIfOwned: Bool = false,
        only keys: [String: [MapKey]]? = nil
    ) throws(KernelError) -> LiveTable? {
        var last: LiveTable?
        for looks in 0...furtherLooks {
            usleep(UInt32(looks) * pause)
            let before = try Netlink.generation()
            guard let bareTable = try Netlink.bareTable(name) else { return nil }
            guard !bareTable.isDormant, evenIfOwned || !bareTable.isOwned else {
                return bareTable
            }
            guard let (table, wasDisturbed) = try look(at: bareTable, since: before, keys) else {
                continue
            }
            if !wasDisturbed, try Netlink.generation() == before { return table }
            let still = table.still
            if still == last { return table }
            last = still
        }
        throw .unreadableListing("it kept changing while it was read")
    }

    /// Reads the set that a trial lives by, and nothing else.
    static func lease(of table: String) throws(KernelError) -> LiveLease? {
        var socket = try NetlinkSocket()
        var decoder = TableDecoder(of: LiveTable(name: table)) { _ in nil }
        for kind in [Request.Kind.sets, .elements(of: LiveLease.name)] {
            try socket.ask(Request(kind, of: table)) {
                (message) throws(UnreadableMessage) in try decoder.add(message)
            }
        }
        return decoder.result.lease
    }

    /// The labels of connections whose source other `inet` tables change by rules like ours, by their
    /// names.
    static func labels(besides name: String) throws(KernelError) -> [String: Set<ConnectionLabel>] {
        var socket = try NetlinkSocket()
        var tables: Set<String> = []
        // The kernel lists the chains of all tables of the family.
        try socket.ask(Request(.chains, of: name)) { (message) throws(UnreadableMessage) in
            if let table = TableDecoder.table(ofChain: Hook.postrouting.rawValue, message) {
                tables.insert(table)
            }
        }
        var labels: [String: Set<ConnectionLabel>] = [:]
        for table in tables.subtracting([name]) {
            var decoder = TableDecoder(of: LiveTable(name: table)) { _ in nil }
            for kind in [Request.Kind.chains, .rules] {
                try socket.ask(Request(kind, of: table)) { (message) throws(UnreadableMessage) in
                    try decoder.add(message)
                }
            }
            let found = decoder.result.labelsOfChangedSources
            if !found.isEmpty { labels[table] = found }
        }
        return labels
    }

    /// Reads once; nothing where what was read does not fit together, because somebody has changed
    /// something since a generation of the kernel's.
    private static func look(
        at bareTable: LiveTable,
        since generation: UInt32,
        _ keys: [String: [MapKey]]?
    ) throws(KernelError) -> (LiveTable, wasDisturbed: Bool)? {
        var socket = try NetlinkSocket()
        let cgroups = CgroupPaths()
        var decoder = TableDecoder(of: bareTable) { cgroups.path(of: $0) }
        func ask(_ requests: [Request]) throws(KernelError) {
            for request in requests {
                try socket.ask(request) {
                    (message) throws(UnreadableMessage) in try decoder.add(message)
                }
            }
        }
        func ask(_ kinds: Request.Kind...) throws(KernelError) {
            try ask(kinds.map { Request($0, of: bareTable.name) })
        }
        do throws(KernelError) {
            try ask(.chains, .objects, .sets)
            try ask(decoder.elementRequests(only: keys))
            try ask(.flowtables, .rules)
        } catch .unreadableListing(let reason) {
            // A rule whose chain came later, say. The kernel tells of what came during a listing,
            // and not of what came between two.
            if socket.wasDisturbed { return nil }
            if try Netlink.generation() != generation { return nil }
            throw .unreadableListing(reason)
        }
        return (decoder.result, socket.wasDisturbed)
    }
}

extension LiveTable {
    /// The table without what moves of itself, and its elements in order.
    fileprivate var still: LiveTable {
        var table = self
        for index in table.counters.indices {
            table.counters[index].packets = 0
            table.counters[index].bytes = 0
        }
        for map in table.maps.indices {
            for index in table.maps[map].elements.indices {
                table.maps[map].elements[index].count = nil
            }
            table.maps[map].elements.sort { $0.element.key < $1.element.key }
        }
        for family in table.lease.map({ Array($0.terms.keys) }) ?? [] {
            table.lease?.terms[family]?.expires = nil
        }
        return table
    }
}
