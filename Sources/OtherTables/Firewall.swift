internal import Addressing

/// The tables of other programs, and what they do with packets.
public struct Firewall: Sendable {
    /// A table that could not be examined.
    public struct Unread: Sendable, Hashable {
        /// The table.
        public var table: OtherTable.Name

        /// The reason, as a phrase.
        public var reason: String

        /// Creates an entry.
        public init(_ table: OtherTable.Name, _ reason: String) {
            self.table = table
            self.reason = reason
        }
    }

    /// The tables that were read.
    public let tables: [OtherTable]

    /// The tables that could not be read.
    public let unread: [Unread]

    /// Whether the kernel calls any chain.
    public var hasChains: Bool { !stations.isEmpty }

    /// Whether a chain chooses destinations or sources.
    public var hasNAT: Bool {
        stations.values.contains { list in list.contains { $0.base.type == "nat" } }
    }

    /// The base chains at each hook, in the order in which the kernel calls them.
    let stations: [PacketHook: [Station]]

    /// The number of the first rule of each table's chains; the numbers go through all tables.
    let firstRules: [[String: Int]]

    struct Station: Sendable {
        let table: Int
        let chain: OtherChain
        let base: OtherChain.Base
    }

    /// Creates a firewall.
    public init(_ tables: [OtherTable], unread: [Unread] = []) {
        self.tables = tables
        self.unread = unread
        var count = 0
        firstRules = tables.map { table in
            table.chains.mapValues { chain in
                defer { count += chain.rules.count }
                return count
            }
        }
        var stations: [PacketHook: [Station]] = [:]
        for (index, table) in tables.enumerated() {
            for chain in table.chains.values {
                guard let base = chain.base else { continue }
                stations[base.hook, default: []].append(
                    Station(table: index, chain: chain, base: base)
                )
            }
        }
        self.stations = stations.mapValues { list in
            list.sorted {
                ($0.base.priority, $0.table, $0.chain.name)
                    < ($1.base.priority, $1.table, $1.chain.name)
            }
        }
    }

    /// Which of the base chains at a hook are walked through.
    public enum Part: Sendable, Hashable {
        /// Those for filtering, with a priority in the range.
        case filters(ClosedRange<Int32>)
        /// Those for NAT, with a priority in the range.
        case nat(ClosedRange<Int32>)

        func contains(_ base: OtherChain.Base) -> Bool {
            switch self {
            case .filters(let range): base.type != "nat" && range.contains(base.priority)
            case .nat(let range): base.type == "nat" && range.contains(base.priority)
            }
        }
    }
}
