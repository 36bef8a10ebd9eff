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
    private let stations: [PacketHook: [Station]]

    /// The indices of the tables' chains.
    private let indices: [[String: RuleIndex]]

    /// What the rules ask for.
    let interests: Interests

    private struct Station: Sendable {
        let table: Int
        let chain: OtherChain
        let base: OtherChain.Base
    }

    /// Creates a firewall.
    public init(_ tables: [OtherTable], unread: [Unread] = []) {
        self.tables = tables
        self.unread = unread
        indices = tables.map { table in
            table.chains.mapValues { RuleIndex($0, in: table.name.family) }
        }
        interests = Interests(indices)
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

        fileprivate func contains(_ base: OtherChain.Base) -> Bool {
            switch self {
            case .filters(let range): base.type != "nat" && range.contains(base.priority)
            case .nat(let range): base.type == "nat" && range.contains(base.priority)
            }
        }
    }

    /// Connection tracking begins after this priority (NF_IP_PRI_CONNTRACK).
    private static let tracking: Int32 = -200

    /// Whether connection tracking has seen what comes to a chain.
    private static func isTracked(at hook: PacketHook, _ priority: Int32) -> Bool {
        switch hook {
        case .ingress: false
        case .prerouting, .output: priority >= tracking
        case .input, .forward, .postrouting, .egress: true
        }
    }

    /// What keeps a packet from passing a hook, in the order in which it happens.
    ///
    /// What comes after a certain one is what would happen without it. The packet's mark is changed as the
    /// chains do it. The budget is the number of rules that may be executed; at 0, the walk is given
    /// up.
    public func obstacles(
        to packet: inout FilterPacket,
        at hook: PacketHook,
        _ part: Part,
        budget: inout Int
    ) -> [Obstacle] {
        var obstacles: [Obstacle] = []
        packet.hook = hook
        for station in stations[hook] ?? [] where part.contains(station.base) {
            let table = tables[station.table]
            let isSeen = table.name.family.sees(packet, on: station.base)
            guard isSeen != .no else { continue }
            packet.isTracked = Self.isTracked(at: hook, station.base.priority)
            let walk = ChainWalk(
                of: packet,
                through: station.chain,
                in: table,
                indices[station.table],
                budget: budget
            )
            budget = walk.rest
            packet = walk.packet
            guard !walk.wasGivenUp else { return obstacles }
            if var obstacle = walk.obstacle(place(in: station)) {
                if isSeen == .maybe {
                    obstacle.doubt = Doubt.both(obstacle.doubt, .unknownDevice(at: hook))
                }
                obstacles.append(obstacle)
            }
        }
        return obstacles
    }

    private func place(in station: Station) -> Obstacle.Place {
        Obstacle.Place(
            table: tables[station.table].name,
            baseChain: station.chain.name,
            base: station.base,
            chain: station.chain.name,
            rule: nil,
            isOfIptables: tables[station.table].isOfIptables
        )
    }
}

extension OtherTable.Family {
    /// Whether the kernel calls a table's chains for a packet.
    fileprivate func sees(_ packet: FilterPacket, on base: OtherChain.Base) -> Ternary {
        switch self {
        case .inet, .netdev:
            switch base.hook {
            case .ingress: base.sees(packet.input)
            case .egress: base.sees(packet.output)
            default: .yes
            }
        case .ip: Ternary(packet.family == .ipv4)
        case .ip6: Ternary(packet.family == .ipv6)
        case .arp, .bridge: .no
        }
    }
}

extension OtherChain.Base {
    /// Whether it is called for what passes an interface.
    fileprivate func sees(_ interface: FilterPacket.Interface?) -> Ternary {
        if let interface { return Ternary(devices.contains(interface.name)) }
        return devices.isEmpty ? .no : .maybe
    }
}

extension Doubt {
    fileprivate static func unknownDevice(at hook: PacketHook) -> Doubt {
        .unknown("the interface that they \(hook == .ingress ? "arrive on" : "leave by")")
    }
}

extension ChainWalk {
    /// What keeps the packet from leaving the base chain.
    fileprivate func obstacle(_ place: Obstacle.Place) -> Obstacle? {
        func obstacle(_ kind: Obstacle.Kind, _ event: Event, _ doubt: Doubt?) -> Obstacle {
            var place = place
            place.chain = event.chain
            place.rule = event.rule
            return Obstacle(
                kind: kind,
                place: place,
                doubt: doubt,
                isUnlessAccepted: Obstacle.Kind(last.verdict) != nil
            )
        }
        let accepting = possible.first { Obstacle.Kind($0.verdict) == nil }
        if let kind = Obstacle.Kind(last.verdict) {
            if kind == .queue {
                return obstacle(kind, last, .unknown("the process that gets them"))
            }
            return obstacle(kind, last, accepting?.doubt)
        }
        for event in possible {
            // A firewall is there to keep some clients out.
            if case .client? = event.doubt { continue }
            guard let kind = Obstacle.Kind(event.verdict) else { continue }
            return obstacle(kind, event, event.doubt)
        }
        return nil
    }
}
