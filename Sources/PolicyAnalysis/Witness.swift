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

extension Connection {
    /// Whether it shows something of a packet only if its destination is an address of this machine, which
    /// it does not say.
    func isOnlyLocally(_ packet: FirstPacket) -> Bool {
        packet.isToThisMachine && destinationAddress?.isLoopback == false
    }
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

extension Box {
    private static let openers = NumberSet([Origin.inbound.rawValue...Origin.process.rawValue])

    /// The packets that a policy can write as connections: with ports, and not the kernel's own.
    var writable: Box? {
        var box = self
        let isPossible =
            box.narrow(.transport, to: Self.transportsWithPorts)
            && box.narrow(.origin, to: Self.openers)
        return isPossible ? box : nil
    }

    /// The packets that it can't write.
    var unwritable: [Box] { writable.map { subtracting($0) } ?? [self] }

    /// Whether only the kernel itself sends such packets.
    var isOfKernel: Bool { self[.origin] == NumberSet(Origin.kernel.rawValue) }
}
