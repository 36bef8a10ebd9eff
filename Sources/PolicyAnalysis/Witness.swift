import Addressing
public import PolicyModel

/// A connection that shows something about a policy.
///
/// Whoever shows it asks the reference interpreter first whether it does.
public struct Witness: Sendable, Hashable {
    /// The packet, of which everything is known.
    public let packet: FirstPacket

    /// The packet as a policy writes a connection, with what is worth naming.
    public let connection: Connection
}

extension PacketSpace {
    /// The packet of a point, with the parts named that some boxes restrict.
    ///
    /// - Returns: `nil` for what a policy can't write: a protocol without ports, or what the kernel
    ///   itself sends.
    func witness(at point: Point, naming boxes: [Box]) -> Witness? {
        guard let packet = packet(at: point), let transport = packet.transport,
            let port = packet.destinationPort,
            point[.origin] != Origin.kernel.rawValue
        else { return nil }
        let sides = Set(boxes.flatMap(\.sides).map(\.dimension))
        var connection = Connection(
            direction: packet.direction,
            transport: transport,
            destination: .address(packet.destination),
            destinationPort: port
        )
        // An address that is only not one of a few others says less than what it stands for.
        let isAnyAddress = boxes.allSatisfy { $0[.destination]?.isMost(of: $0.family) ?? true }
        if packet.isToThisMachine, isAnyAddress { connection.destination = .local }
        for dimension in sides {
            switch dimension {
            case .origin, .transport, .destinationPort, .destination, .locality: break
            case .source: connection.sourceAddress = packet.source
            case .sourcePort:
                connection.sourceAddress = packet.source
                connection.sourcePort = packet.sourcePort
            case .interface: connection.interface = packet.interface
            case .user: connection.user = packet.process?.user
            case .group: connection.group = packet.process?.group
            case .cgroup: connection.cgroup = packet.process?.cgroup
            case .dscp: connection.dscp = packet.dscp
            }
        }
        // `local` alone stands for IPv4.
        if connection.destination == .local, packet.family == .ipv6 {
            connection.sourceAddress = packet.source
        }
        if boxes.contains(where: { $0.mark != MarkBits() }) { connection.mark = packet.mark }
        return Witness(packet: packet, connection: connection)
    }
}

extension NumberSet {
    /// Whether the set has more than half of a family's addresses.
    fileprivate func isMost(of family: IPFamily) -> Bool {
        let all = AddressRange.all(of: family).bits.upperBound
        return intervals.reduce(UInt128(0)) { $0 + ($1.upperBound - $1.lowerBound) } > all / 2
    }
}
