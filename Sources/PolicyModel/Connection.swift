public import Addressing

/// A connection that a client could open, as far as it is known.
///
/// A part that is `nil` may have any value.
public struct Connection: Sendable, Hashable {
    /// A host that a connection can be sent to.
    public enum Destination: Sendable, Hashable {
        /// The one with this address, wherever it is.
        case address(IPAddress)
        /// This machine, at any of its addresses.
        case local
    }

    /// Where it comes from.
    public var direction: Direction

    /// Its protocol.
    public var transport: TransportProtocol

    /// The client's address.
    public var sourceAddress: IPAddress?

    /// The client's port.
    public var sourcePort: Port?

    /// The host it was sent to.
    public var destination: Destination

    /// The port it was sent to.
    public var destinationPort: Port

    /// The interface that it arrives on or leaves by.
    public var interface: String?

    /// The user whose process opens it.
    public var user: UInt32?

    /// The group whose process opens it.
    public var group: UInt32?

    /// The control group of the process that opens it.
    public var cgroup: CgroupPath?

    /// Its packet mark.
    public var mark: UInt32?

    /// The code point of its first packet.
    public var dscp: CodePoint?

    /// The address it was sent to, if it is known.
    public var destinationAddress: IPAddress? {
        if case .address(let address) = destination { address } else { nil }
    }

    /// The family of its addresses, if one is known.
    public var family: IPFamily? { destinationAddress?.family ?? sourceAddress?.family }

    /// Creates a connection.
    public init(
        direction: Direction,
        transport: TransportProtocol,
        sourceAddress: IPAddress? = nil,
        sourcePort: Port? = nil,
        destination: Destination,
        destinationPort: Port,
        interface: String? = nil,
        user: UInt32? = nil,
        group: UInt32? = nil,
        cgroup: CgroupPath? = nil,
        mark: UInt32? = nil,
        dscp: CodePoint? = nil
    ) {
        self.direction = direction
        self.transport = transport
        self.sourceAddress = sourceAddress
        self.sourcePort = sourcePort
        self.destination = destination
        self.destinationPort = destinationPort
        self.interface = interface
        self.user = user
        self.group = group
        self.cgroup = cgroup
        self.mark = mark
        self.dscp = dscp
    }
}

/// Where a connection comes from, as this machine sees it.
public enum Direction: String, Hashable, Sendable, CaseIterable, Comparable {
    /// It arrives from outside: for this machine, or to be forwarded.
    case inbound
    /// A process of this machine opens it.
    case outbound

    /// Orders inbound before outbound.
    public static func < (left: Direction, right: Direction) -> Bool {
        left == .inbound && right == .outbound
    }
}
