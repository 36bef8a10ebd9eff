internal import OtherTables

/// The way of a connection through the tables of other programs.
struct Passage {
    /// A part of the way.
    enum Stage: Hashable {
        /// Before this table's chain decides.
        case before
        /// Other chains that choose destinations, and run before this table's.
        case translation
        /// The same, with chains of which it is not known whether they run before.
        case sameTime
        /// After the connection was redirected.
        case after
        /// Packets of the connection after the first one.
        case later
        /// The answers.
        case answer
    }

    /// An obstacle on the way.
    struct Step: Hashable {
        let stage: Stage
        let hook: PacketHook
        let obstacle: Obstacle
    }

    /// The obstacles in the order in which a packet meets them.
    private(set) var steps: [Step] = []

    /// Whether all of the way was examined.
    var isComplete: Bool { examination.budget > 0 }

    /// The firewall with the work that is left.
    private(set) var examination: Examination

    private let priority: Int32
    private static let all = Firewall.Part.filters(Int32.min...Int32.max)

    /// Where the kernel changes destinations, whatever the priorities of NAT chains (NF_IP_PRI_NAT_DST);
    /// those order the chains among themselves.
    static let translation: Int32 = -100

    /// Where the kernel gives answers the source that the client expects (NF_IP_PRI_NAT_SRC).
    static let restoration: Int32 = 100

    /// Follows a connection; the priority is that of this table's chains.
    init(
        of connection: SampleConnection,
        through examination: Examination,
        priority: Int32
    ) {
        self.examination = examination
        self.priority = priority
        let hook = connection.first.isOutbound ? PacketHook.output : .prerouting
        var packet = connection.first
        passBeforeTranslation(&packet, .before)
        pass(&packet, hook, .nat(Int32.min...(priority - 1)), .translation)
        pass(&packet, hook, .nat(priority...priority), .sameTime)
        packet = connection.redirected.marked(like: packet)
        followRedirected(packet, connection, .after)
        var later = connection.first.laterPacket
        later.connectionMark = packet.connectionMark
        passBeforeTranslation(&later, .later)
        packet = connection.redirected.marked(like: later)
        packet.tracking = .established
        followRedirected(packet, connection, .later)
        followAnswer(packet, connection)
    }

    private mutating func passBeforeTranslation(_ packet: inout FilterPacket, _ stage: Stage) {
        if !packet.isOutbound { pass(&packet, [.ingress], stage) }
        let hook = packet.isOutbound ? PacketHook.output : .prerouting
        pass(&packet, hook, .filters(Int32.min...(Self.translation - 1)), stage)
    }

    private mutating func followRedirected(
        _ redirected: FilterPacket,
        _ connection: SampleConnection,
        _ stage: Stage
    ) {
        var packet = redirected
        let hook = packet.isOutbound ? PacketHook.output : .prerouting
        pass(&packet, hook, .filters(Self.translation...Int32.max), stage)
        packet.output = connection.exit
        switch connection.way {
        case .input: pass(&packet, [.input], stage)
        case .forward: pass(&packet, [.forward, .postrouting, .egress], stage)
        case .output: pass(&packet, [.postrouting, .egress], stage)
        case .loopback:
            pass(&packet, [.postrouting, .egress], stage)
            packet.input = connection.exit
            pass(&packet, [.ingress, .prerouting, .input], stage)
        }
    }

    private mutating func followAnswer(_ packet: FilterPacket, _ connection: SampleConnection) {
        var answer = connection.answer
        answer.connectionMark = packet.connectionMark
        switch connection.way {
        case .input: pass(&answer, [.output], .answer)
        case .forward: pass(&answer, [.ingress, .prerouting, .forward], .answer)
        case .output: pass(&answer, [.ingress, .prerouting], .answer)
        // What the kernel sends to itself takes the same way back.
        case .loopback: return
        }
        let hook = connection.way == .output ? PacketHook.input : .postrouting
        pass(&answer, hook, .filters(Int32.min...Self.restoration), .answer)
        answer.source = connection.first.destination
        pass(&answer, hook, .filters((Self.restoration + 1)...Int32.max), .answer)
        if connection.way != .output { pass(&answer, [.egress], .answer) }
    }

    private mutating func pass(
        _ packet: inout FilterPacket,
        _ hooks: [PacketHook],
        _ stage: Stage
    ) {
        for hook in hooks { pass(&packet, hook, Self.all, stage) }
    }

    private mutating func pass(
        _ packet: inout FilterPacket,
        _ hook: PacketHook,
        _ part: Firewall.Part,
        _ stage: Stage
    ) {
        let isOfLaterPackets = stage == .later || stage == .answer
        let obstacles = examination.obstacles(to: &packet, at: hook, part)
        for obstacle in obstacles where obstacle.isReal(at: stage) {
            // What stops the first packet stops the others, too, and the same line mends it; only answers
            // that are dropped need a line of their own.
            let needsOwnLine = stage == .answer && obstacle.kind.isDrop
            let isKnown =
                isOfLaterPackets
                && steps.contains { step in
                    step.obstacle.place == obstacle.place
                        && (!needsOwnLine || step.stage == .answer)
                }
            if !isKnown { steps.append(Step(stage: stage, hook: hook, obstacle: obstacle)) }
        }
    }
}

extension Obstacle.Kind {
    fileprivate var isDrop: Bool {
        if case .drop = self { true } else { false }
    }
}

extension Obstacle {
    /// Whether it keeps a connection from its way at a stage of it.
    fileprivate func isReal(at stage: Passage.Stage) -> Bool {
        // Once it is tracked, the connection is redirected in any case.
        kind != .notrack || stage == .before
    }
}

extension FilterPacket {
    /// A later packet of the connection; its destination is not changed yet.
    fileprivate var laterPacket: FilterPacket {
        var packet = redirected(to: destination, isToThisMachine: isToThisMachine)
        packet.tracking = .established
        return packet
    }

    fileprivate func marked(like other: FilterPacket) -> FilterPacket {
        var packet = self
        packet.mark = other.mark
        packet.connectionMark = other.connectionMark
        if other.isHeaderChanged { packet.changeHeader() }
        return packet
    }
}
