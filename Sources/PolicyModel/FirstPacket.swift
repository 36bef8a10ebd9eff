public import Addressing

/// The first packet of a connection, of which everything is known that a redirect can ask for.
///
/// A ``Connection`` may leave parts open; this is one of the connections that it can stand for.
public struct FirstPacket: Sendable, Hashable {
    /// Where it comes from.
    public enum Origin: Sendable, Hashable {
        /// From outside.
        case inbound
        /// From this machine; what the kernel itself sends belongs to no process.
        case outbound(by: Process?)
    }

    /// A process that opens connections.
    public struct Process: Sendable, Hashable {
        /// The ID of its user.
        public var user: UInt32

        /// The ID of its group.
        public var group: UInt32

        /// Its control group; nothing at the root of the hierarchy.
        public var cgroup: CgroupPath?

        /// Creates a process.
        public init(user: UInt32, group: UInt32, cgroup: CgroupPath? = nil) {
            self.user = user
            self.group = group
            self.cgroup = cgroup
        }
    }

    /// What it carries.
    public enum Payload: Sendable, Hashable {
        /// A protocol with ports.
        case transport(TransportProtocol, source: Port, destination: Port)
        /// A protocol without ports, by its number: ICMP, GRE, ….
        case portless(UInt8)
    }

    /// Where it comes from.
    public var origin: Origin

    /// What it carries.
    public var payload: Payload

    /// The client's address.
    public let source: IPAddress

    /// The address it was sent to, of the same family.
    public let destination: IPAddress

    /// Whether that address is one of this machine.
    public var isToThisMachine: Bool

    /// The interface that it arrives on or leaves by.
    public var interface: String

    /// Its packet mark.
    public var mark: UInt32

    /// Its differentiated services code point.
    public var dscp: CodePoint

    /// Creates a packet, or returns `nil` if its addresses are of two families.
    public init?(
        origin: Origin,
        payload: Payload,
        source: IPAddress,
        destination: IPAddress,
        isToThisMachine: Bool = false,
        interface: String,
        mark: UInt32,
        dscp: CodePoint
    ) {
        guard source.family == destination.family else { return nil }
        self.origin = origin
        self.payload = payload
        self.source = source
        self.destination = destination
        self.isToThisMachine = isToThisMachine
        self.interface = interface
        self.mark = mark
        self.dscp = dscp
    }

    /// The direction of the connection.
    public var direction: Direction {
        switch origin {
        case .inbound: .inbound
        case .outbound: .outbound
        }
    }

    /// The family of its addresses.
    public var family: IPFamily { destination.family }

    /// The process that opens it, if one of this machine does.
    public var process: Process? {
        if case .outbound(let process) = origin { process } else { nil }
    }

    /// Its protocol, if it has ports.
    public var transport: TransportProtocol? {
        if case .transport(let transport, _, _) = payload { transport } else { nil }
    }

    /// The client's port, if it has one.
    public var sourcePort: Port? {
        if case .transport(_, let port, _) = payload { port } else { nil }
    }

    /// The port it was sent to, if it has one.
    public var destinationPort: Port? {
        if case .transport(_, _, let port) = payload { port } else { nil }
    }
}
