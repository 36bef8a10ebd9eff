internal import Glibc
internal import Netlink
public import OtherTables

/// Reads the tables of other programs.
///
/// It asks the kernel itself: libnftables crashes on tables of newer versions, and its JSON leaves
/// out what rules of iptables do.
public enum OtherTableReader {
    /// What is not read because it would take too long.
    private enum Limit {
        static let rules = 50_000
        static let elements = 200_000
        static let elementsOfSet = 70_000
    }

    /// The number of times that the tables are read again if they change meanwhile.
    private static let retries = 3

    /// Reads all tables but one.
    ///
    /// If they keep changing while they are read, the last reading counts.
    public static func read(besides own: String) throws(KernelError) -> Firewall {
        for _ in 0..<retries {
            if let firewall = try readOnce(besides: own, acceptsDisturbance: false) {
                return firewall
            }
        }
        return try readOnce(besides: own, acceptsDisturbance: true) ?? Firewall([])
    }

    private static func readOnce(
        besides own: String,
        acceptsDisturbance: Bool
    ) throws(KernelError) -> Firewall? {
        let before = try KernelQuery.generationID()
        var decoder = OtherTableDecoder()
        var unread: [Firewall.Unread] = []
        var wasDisturbed = false
        func ask(
            _ request: NetlinkRequest,
            rulesOf table: OtherTable.Name? = nil
        ) throws(KernelError) {
            var socket = try NetlinkSocket()
            try socket.ask(request) { (message) throws(UnreadableMessage) in
                try decoder.add(message)
                if let table { try decoder.checkRules(of: table, most: Limit.rules) }
            }
            if socket.wasDisturbed { wasDisturbed = true }
        }
        try ask(NetlinkRequest(all: .tables))
        decoder.remove(OtherTable.Name(.inet, own))
        try ask(NetlinkRequest(all: .chains))
        for name in decoder.names where decoder.hasBaseChains(name) {
            do throws(KernelError) {
                try ask(NetlinkRequest(.sets, of: name))
                try ask(NetlinkRequest(.rules, of: name), rulesOf: name)
                for set in decoder.setNames(of: name) {
                    try readElements(of: set, name, &decoder, &wasDisturbed)
                }
            } catch {
                guard case .unreadableListing(let reason) = error else { throw error }
                unread.append(Firewall.Unread(name, reason))
                decoder.remove(name)
            }
        }
        let isUnchanged = try KernelQuery.generationID() == before
        guard acceptsDisturbance || isUnchanged && !wasDisturbed else { return nil }
        return Firewall(decoder.result, unread: unread)
    }

    /// Reads the elements of a set, unless there are too many.
    private static func readElements(
        of set: String,
        _ table: OtherTable.Name,
        _ decoder: inout OtherTableDecoder,
        _ wasDisturbed: inout Bool
    ) throws(KernelError) {
        let before = decoder.elementCount
        var socket = try NetlinkSocket()
        do throws(KernelError) {
            try socket.ask(NetlinkRequest(.elements(of: set), of: table)) {
                (message) throws(UnreadableMessage) in
                try decoder.add(message)
                if decoder.elementCount - before > Limit.elementsOfSet
                    || decoder.elementCount > Limit.elements
                {
                    throw UnreadableMessage("too large to examine")
                }
            }
        } catch {
            guard case .unreadableListing(let reason) = error else { throw error }
            decoder.giveUp(set: set, of: table, "the set `\(set)`, which is \(reason)")
        }
        if socket.wasDisturbed { wasDisturbed = true }
    }
}

extension OtherTableDecoder {
    fileprivate func checkRules(of table: OtherTable.Name, most: Int) throws(UnreadableMessage) {
        if ruleCount(of: table) > most { throw UnreadableMessage("too large to examine") }
        if ruleCount > most {
            throw UnreadableMessage("beyond the \(most) rules of all tables that are examined")
        }
    }
}
