import Addressing
import PolicyModel
import TestSupport

/// A connection that a test opens in a ``RouterLab``.
struct Probe: CustomStringConvertible {
    /// Who opens it.
    enum Client: CaseIterable {
        /// The first client, which reaches the others through the machine.
        case first
        /// The second client.
        case second
        /// The machine itself.
        case machine
    }

    var client: Client
    var user: UInt32 = 0
    var group: UInt32 = 0
    var transport: TransportProtocol
    var source: LabEndpoint
    var destination: LabEndpoint
    var dscp: UInt8 = 0

    /// Whether this process may open it: only root of the machine can act as others.
    var canBeOpened: Bool { user == 0 && group == 0 || LabIdentity.isFree }

    var isInbound: Bool { client != .machine }

    var family: IPFamily { destination.address.family }

    /// The mark that the lab gives its packets.
    var mark: UInt32 { RouterLab.mark(ofSourcePort: source.port) }

    /// Whether it is sent to an address of the machine.
    var isToMachine: Bool { RouterLab.here.contains(destination.address) }

    /// The interface of the machine that it arrives on or leaves by.
    var interface: String {
        switch client {
        case .first: RouterLab.firstInterface
        case .second: RouterLab.secondInterface
        case .machine: isToMachine ? "lo" : "machine1"
        }
    }

    /// The address that the target `local` stands for.
    var localAddress: IPAddress {
        switch client {
        case .first: Lan.address(family, .downlink)
        case .second: RouterLab.secondDownlink(family)
        case .machine: Lan.loopback(family)
        }
    }

    var description: String {
        """
        \(client) user \(user) group \(group) mark \(mark) dscp \(dscp) \(interface): \
        \(transport) \(source) → \(destination)
        """
    }
}

// MARK: - As the program sees it

extension Probe {
    /// Its first packet.
    var packet: FirstPacket? {
        guard let from = Port(source.port), let to = Port(destination.port),
            let dscp = CodePoint(dscp)
        else { return nil }
        let process = FirstPacket.Process(user: user, group: group)
        return FirstPacket(
            origin: isInbound ? .inbound : .outbound(by: process),
            payload: .transport(transport, source: from, destination: to),
            source: source.address,
            destination: destination.address,
            isToThisMachine: isToMachine,
            interface: interface,
            mark: mark,
            dscp: dscp
        )
    }

    /// The connection with everything that policies can write of it.
    var connection: Connection? {
        guard let from = Port(source.port), let to = Port(destination.port) else { return nil }
        return Connection(
            direction: isInbound ? .inbound : .outbound,
            transport: transport,
            sourceAddress: source.address,
            sourcePort: from,
            destination: .address(destination.address),
            destinationPort: to,
            interface: interface,
            user: isInbound ? nil : user,
            group: isInbound ? nil : group,
            mark: mark,
            dscp: CodePoint(dscp)
        )
    }

    /// Whether it is one of those that a connection can stand for.
    func agrees(with connection: Connection) -> Bool {
        let isThere =
            switch connection.destination {
            case .address(let address): address == destination.address
            case .local: isToMachine
            }
        return isThere && (connection.direction == .inbound) == isInbound
            && connection.transport == transport
            && connection.destinationPort.number == destination.port
            && connection.sourceAddress.map { $0 == source.address } ?? true
            && connection.sourcePort.map { $0.number == source.port } ?? true
            && connection.interface.map { $0 == interface } ?? true
            && connection.user.map { $0 == user } ?? true
            && connection.group.map { $0 == group } ?? true
            && connection.mark.map { $0 == mark } ?? true
            && connection.dscp.map { $0.number == dscp } ?? true
    }
}

// MARK: - What servers say

extension Probe {
    /// What the server at a place says: where it was reached, and by whom.
    ///
    /// The source stays if the connection stays on the machine, or goes where it was sent.
    func reply(at place: LabEndpoint, newSource: IPAddress?) -> String {
        let keepsSource = RouterLab.here.contains(place.address) || place == destination
        let address = keepsSource ? source.address : newSource ?? source.address
        return "\(place) \(LabEndpoint(address, source.port))"
    }

    /// What servers may say if it goes to one of some places.
    func replies(
        at places: some Sequence<Outcome.Place>,
        newSource: Masquerade.Source?
    ) -> Set<String> {
        let source = newSource.map { $0.addresses[family] ?? Lan.address(family, .uplink) }
        return Set(
            places.map { place in
                let address =
                    switch place.host {
                    case .address(let address): address
                    case .local: localAddress
                    }
                let place = LabEndpoint(address, place.port?.number ?? 0)
                return reply(at: place, newSource: source)
            }
        )
    }

    /// What servers may say of it according to the reference interpreter.
    func replies(by policy: Policy) -> Set<String> {
        guard let packet else { return [] }
        let outcome = policy.outcome(of: packet)
        return replies(at: outcome.places.keys, newSource: outcome.newSource)
    }
}
