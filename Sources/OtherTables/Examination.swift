internal import Addressing

/// What a firewall does with packets, with a bounded amount of work for all of them.
///
/// It finds out at the first packet of a kind which rules the others of that kind can match.
public struct Examination: Sendable {
    /// The tables of other programs.
    public let firewall: Firewall

    /// The number of rules that may still be executed; below 1, what is found is not complete.
    public private(set) var budget: Int

    /// Whether each packet visits all rules.
    private let visitsAll: Bool

    /// The rules by what they ask for, for each shape that was met.
    private var indices = [RuleIndex?](repeating: nil, count: PacketShape.count)

    /// The classes that were met so far.
    private var classes: [PacketTraits: PacketClass] = [:]

    /// For each shape, the class of packets that match only what all packets of the shape can match: most
    /// packets are of such a class.
    private var plainClasses = [PacketClass?](repeating: nil, count: PacketShape.count)

    /// What each rule asks for, by family and direction.
    private var conditions: [PacketShape: [RuleConditions]] = [:]

    /// What rules read of packets whose header another rule has changed.
    private var exactIfChanged: PacketParts = []

    /// To compare a packet with what a rule asks for takes about this part of the time of its execution.
    private static let comparisonsPerRule = 50

    /// The comparisons of which the budget does not know yet.
    private var comparisons = 0

    /// Creates an examination with the number of rules that may be executed.
    public init(of firewall: Firewall, budget: Int) {
        self.init(of: firewall, budget: budget, visitsAll: false)
    }

    /// Creates an examination that may visit all rules for each packet, as the kernel does.
    init(of firewall: Firewall, budget: Int, visitsAll: Bool) {
        self.firewall = firewall
        self.budget = budget
        self.visitsAll = visitsAll
    }

    /// Takes from the budget what something else has cost.
    public mutating func pay(_ rules: Int) {
        budget -= rules
    }

    /// What keeps a packet from passing a hook, in the order in which it happens.
    ///
    /// What comes after a certain one is what would happen without it. The packet's mark is changed as the
    /// chains do it. If the budget is used up, the walk is given up.
    public mutating func obstacles(
        to packet: inout FilterPacket,
        at hook: PacketHook,
        _ part: Firewall.Part
    ) -> [Obstacle] {
        var obstacles: [Obstacle] = []
        packet.hook = hook
        for station in firewall.stations[hook] ?? [] where part.contains(station.base) {
            let table = firewall.tables[station.table]
            let isSeen = table.name.family.sees(packet, on: station.base)
            guard isSeen != .no else { continue }
            packet.isTracked = Self.isTracked(at: hook, station.base.priority)
            let walk = ChainWalk(
                of: packet,
                through: station.chain,
                in: table,
                rules(for: packet, of: station.table),
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

    /// The class of a packet: those of one class meet the same obstacles if they are alike in everything
    /// but their addresses and ports.
    public mutating func packetClass(of packet: FilterPacket) -> PacketClass {
        let shape = packet.shape
        let index = index(for: shape)
        let matching = matching(packet, index)
        let exact = index.exact(of: matching).union(exactIfChanged).intersection(shape.known)
        let isPlain = matching.isEmpty && exact.isEmpty
        if isPlain, let known = plainClasses[shape.number] { return known }
        let values =
            exact.isEmpty
            ? [] : PacketPart.allCases.map { exact.contains($0) ? packet.value(of: $0) : nil }
        let traits = PacketTraits(shape: shape, rules: matching, values: values)
        if let known = classes[traits] { return known }
        let new = PacketClass(number: classes.count)
        classes[traits] = new
        if isPlain { plainClasses[shape.number] = new }
        return new
    }

    // MARK: - Rules

    /// The rules of a table that a packet visits; `nil` for all of them.
    private mutating func rules(for packet: FilterPacket, of table: Int) -> VisitedRules? {
        guard !visitsAll, !packet.isHeaderChanged else { return nil }
        let index = index(for: packet.shape)
        return VisitedRules(
            always: index.always,
            matching: matching(packet, index),
            firstRules: firewall.firstRules[table]
        )
    }

    private mutating func matching(_ packet: FilterPacket, _ index: RuleIndex) -> [Int] {
        let matching = index.matching(packet, &comparisons)
        budget -= comparisons / Self.comparisonsPerRule
        comparisons %= Self.comparisonsPerRule
        return matching
    }

    private mutating func index(for shape: PacketShape) -> RuleIndex {
        if let index = indices[shape.number] { return index }
        let side = PacketShape(family: shape.family, isReply: shape.isReply, known: [])
        let rules = conditions[side] ?? firewall.conditions(of: side)
        conditions[side] = rules
        if rules.contains(where: \.changesHeader) {
            let parts = rules.reduce(into: PacketParts()) { $0.formUnion($1.parts) }
            // The others are not known any more.
            exactIfChanged.formUnion(parts.intersection(.original))
        }
        let index = RuleIndex(rules, known: shape.known)
        indices[shape.number] = index
        return index
    }

    // MARK: - Base chains

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

    private func place(in station: Firewall.Station) -> Obstacle.Place {
        Obstacle.Place(
            table: firewall.tables[station.table].name,
            baseChain: station.chain.name,
            base: station.base,
            chain: station.chain.name,
            rule: nil,
            isOfIptables: firewall.tables[station.table].isOfIptables
        )
    }
}

/// A class of packets that an examination does not tell apart; see ``Examination/packetClass(of:)``.
public struct PacketClass: Sendable, Hashable {
    fileprivate let number: Int
}

/// What the packets of a class have in common.
private struct PacketTraits: Hashable {
    let shape: PacketShape

    /// The rules that they can match, besides those that all packets of the shape can match.
    let rules: [Int]

    /// The addresses and ports that make a difference to these rules; empty if none does.
    let values: [UInt128?]
}

extension Firewall {
    /// What each rule asks of packets of a family and direction.
    fileprivate func conditions(of shape: PacketShape) -> [RuleConditions] {
        var conditions: [Int: RuleConditions] = [:]
        for (table, starts) in zip(tables, firstRules) {
            var sets = SetValues(table.sets)
            for (name, chain) in table.chains {
                for (place, rule) in chain.rules.enumerated() {
                    let reading = RuleReading(
                        rule,
                        &sets,
                        family: shape.family,
                        isReply: shape.isReply
                    )
                    conditions[starts[name, default: 0] + place] = reading.result
                }
            }
        }
        return (0..<conditions.count).map { conditions[$0] ?? RuleConditions() }
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
