import Addressing
import PolicyModel

/// A connection before its parts are put together.
struct Draft {
    var direction: Direction
    var family: IPFamily
    /// The protocol; nothing for one without ports.
    var transport: TransportProtocol?
    var numbers: [ConnectionNumber: UInt128]
    var isToThisMachine: Bool
    var interface: String
    var hasProcess: Bool
    var cgroup: CgroupPath?
    var mark: UInt32
    var dscp: CodePoint

    var packet: FirstPacket? {
        guard let source = address(.source(family)), let destination = address(.destination(family))
        else { return nil }
        return FirstPacket(
            origin: direction == .inbound ? .inbound : .outbound(by: hasProcess ? process : nil),
            payload: payload ?? .portless(1),
            source: source,
            destination: destination,
            isToThisMachine: isToThisMachine,
            interface: interface,
            mark: mark,
            dscp: dscp
        )
    }

    private var payload: FirstPacket.Payload? {
        guard let transport, let source = port(.sourcePort),
            let destination = port(.destinationPort)
        else { return nil }
        return .transport(transport, source: source, destination: destination)
    }

    private var process: FirstPacket.Process {
        FirstPacket.Process(
            user: UInt32(numbers[.user] ?? 0),
            group: UInt32(numbers[.group] ?? 0),
            cgroup: cgroup
        )
    }

    private func address(_ field: ConnectionNumber) -> IPAddress? {
        numbers[field].flatMap { IPAddress(family: family, bits: $0) }
    }

    private func port(_ field: ConnectionNumber) -> Port? {
        numbers[field].flatMap { Port(UInt16($0)) }
    }
}
