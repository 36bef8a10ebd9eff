internal import Addressing
internal import HostState
internal import OtherTables
internal import PolicyModel

/// One of the connections that a redirect decides, as packets that other tables see.
struct SampleConnection: Hashable {
    /// Where the redirected connection goes.
    enum Way: Hashable {
        /// From outside to this machine.
        case input
        /// From outside to another host.
        case forward
        /// From this machine to another host.
        case output
        /// From this machine to itself.
        case loopback
    }

    /// The protocol.
    let transport: TransportProtocol

    /// The first packet before it is redirected.
    let first: FilterPacket

    /// The first packet after it was redirected.
    let redirected: FilterPacket

    /// The interface by which the redirected packet leaves.
    let exit: FilterPacket.Interface?

    /// The way of the redirected packet.
    let way: Way

    /// The connections that stand for those of a place; empty if there is no way to it.
    ///
    /// Of several ports or addresses, the first one is tried; of interfaces, each one.
    static func all(of destination: Destination, on host: some Host) -> [SampleConnection] {
        let match = destination.redirect.match
        let transports = match.protocols?.sorted() ?? [.tcp]
        guard destination.direction == .inbound else {
            return transports.compactMap { SampleConnection(destination, $0, from: nil, host) }
        }
        let arrivals = host.arrivals(of: destination).prefix(mostArrivals)
        return transports.flatMap { transport in
            arrivals.compactMap { SampleConnection(destination, transport, from: $0, host) }
        }
    }

    /// How many interfaces are tried.
    static let mostArrivals = 8

    private init?(
        _ destination: Destination,
        _ transport: TransportProtocol,
        from arrival: NetworkInterface?,
        _ host: some Host
    ) {
        let redirect = destination.redirect
        let ends = destination.sampleEnds(at: arrival, to: host.address(of: destination))
        let wayBefore = ends.sent.address.map { host.way(to: $0) }
        var first = FilterPacket(
            family: destination.family,
            transport: transport.number,
            source: ends.source,
            destination: ends.sent,
            isToThisMachine: wayBefore.map { $0.isLocal },
            input: arrival.map { .init($0.name, index: UInt32(bitPattern: $0.index)) },
            output: arrival == nil ? wayBefore?.interface : nil,
            isOutbound: destination.direction == .outbound,
            user: redirect.match.users?.onlyNumber,
            group: redirect.match.groups?.onlyNumber,
            mark: redirect.match.mark == nil ? 0 : nil
        )
        if redirect.match.destination.isLocal, ends.sent.address == nil {
            first.isToThisMachine = true
        }
        self.transport = transport
        self.first = first
        let target = ends.target
        let wayAfter = target.address.map { host.way(to: $0) }
        guard wayAfter?.isReachable ?? true else { return nil }
        let isLocal = wayAfter?.isLocal ?? destination.target.isLocal
        redirected = first.redirected(to: target, isToThisMachine: isLocal)
        exit = wayAfter?.interface
        switch destination.direction {
        case .inbound: way = isLocal || target.address == nil ? .input : .forward
        case .outbound: way = isLocal ? .loopback : .output
        }
    }
}

/// Where packets to an address go.
private struct WayTo {
    let isLocal: Bool
    let isReachable: Bool
    let interface: FilterPacket.Interface?
}

extension Host {
    fileprivate func way(to address: IPAddress) -> WayTo {
        switch route(to: address) {
        case .local:
            let loopback = interfaces.first(where: \.isLoopback)
            return WayTo(isLocal: true, isReachable: true, interface: loopback.map { .init($0) })
        case .interface(let index):
            let interface = interfaces.first { $0.index == index }
            return WayTo(isLocal: false, isReachable: true, interface: interface.map { .init($0) })
        case .broadcast, .none, .unknown:
            return WayTo(isLocal: false, isReachable: false, interface: nil)
        }
    }
}

extension FilterPacket.Interface {
    init(_ interface: NetworkInterface) {
        self.init(interface.name, index: UInt32(bitPattern: interface.index))
    }
}

extension IntervalSet<UInt32> {
    /// The number, if there is only one.
    fileprivate var onlyNumber: UInt32? {
        guard let range = intervals.first, intervals.count == 1,
            range.lowerBound == range.upperBound
        else {
            return nil
        }
        return range.lowerBound
    }
}

extension SampleConnection {
    /// The first packet of the answer, as it is on its way through the hooks.
    var answer: FilterPacket {
        var packet = redirected
        packet.output = exit
        swap(&packet.source, &packet.destination)
        swap(&packet.input, &packet.output)
        packet.isToThisMachine =
            first.isOutbound ? true : packet.destination.address == nil ? nil : false
        packet.isOutbound = redirected.isToThisMachine == true && !first.isOutbound
        packet.tracking = .reply
        packet.mark = 0
        return packet
    }
}
