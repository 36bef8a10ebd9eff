internal import Addressing
internal import HostState
internal import OtherTables
internal import PolicyModel

/// What decides what other tables do with the connections of a destination.
///
/// They do the same with all destinations of a kind; a policy may have 100,000 of a few kinds.
struct ConnectionKind: Hashable {
    private let direction: Direction
    private let family: IPFamily
    private let protocols: Set<TransportProtocol>?
    private let interfaces: Set<InterfacePattern>?
    private let users: IntervalSet<UInt32>?
    private let groups: IntervalSet<UInt32>?
    private let hasMark: Bool
    private let isToLocal: Bool
    private let isLocalTarget: Bool

    /// The ways to both destinations, for each interface on which connections arrive, or for all.
    private var routes: [Route?] = []

    /// The classes of the packets on the whole way, for each of these interfaces.
    private var classes: [PacketClass] = []

    init(
        _ destination: Destination,
        on host: some Host,
        _ examination: inout Examination
    ) {
        let match = destination.redirect.match
        direction = destination.direction
        family = destination.family
        protocols = match.protocols
        interfaces = match.interfaces
        users = match.users
        groups = match.groups
        hasMark = match.mark != nil
        isToLocal = match.destination.isLocal
        isLocalTarget = destination.target.isLocal
        guard destination.endsDependOnArrival else {
            classes.reserveCapacity(5)
            routes.reserveCapacity(2)
            add(
                destination.sampleEnds(at: nil, to: host.address(of: destination)),
                host,
                &examination
            )
            return
        }
        for arrival in host.arrivals(of: destination).prefix(SampleConnection.mostArrivals) {
            add(
                destination.sampleEnds(at: arrival, to: host.address(of: destination)),
                host,
                &examination
            )
        }
    }

    private mutating func add(
        _ sample: SampleEnds,
        _ host: some Host,
        _ examination: inout Examination
    ) {
        let routeAfter = sample.target.address.map { host.route(to: $0) }
        routes.append(sample.sent.address.map { host.route(to: $0) })
        routes.append(routeAfter)
        var packet = FilterPacket(
            family: family,
            transport: 0,
            source: sample.source,
            destination: sample.sent,
            isOutbound: direction == .outbound
        )
        classes.append(examination.packetClass(of: packet))
        packet.destination = sample.target
        classes.append(examination.packetClass(of: packet))
        // Whether connections that come to the target directly stay here is asked, too.
        if isLocalTarget || routeAfter == .local || sample.target.address == nil {
            packet.originalDestination = sample.target
            classes.append(examination.packetClass(of: packet))
        }
        packet.tracking = .reply
        packet.source = sample.target
        packet.destination = sample.source
        classes.append(examination.packetClass(of: packet))
        // The kernel gives answers the source that the client expects.
        packet.source = sample.sent
        classes.append(examination.packetClass(of: packet))
    }
}
