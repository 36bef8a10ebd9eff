public import Addressing

/// A packet on its way through the kernel, as far as it is known; `nil` means any value.
public struct FilterPacket: Sendable, Hashable {
    /// An interface that a packet arrives on or leaves by.
    public struct Interface: Sendable, Hashable {
        /// The name.
        public var name: String

        /// The kernel's number.
        public var index: UInt32?

        /// Creates an interface.
        public init(_ name: String, index: UInt32? = nil) {
            self.name = name
            self.index = index
        }
    }

    /// One end of a connection.
    public struct Endpoint: Sendable, Hashable {
        /// The address.
        public var address: IPAddress?

        /// The port.
        public var port: UInt16?

        /// Creates an end.
        public init(_ address: IPAddress? = nil, _ port: UInt16? = nil) {
            self.address = address
            self.port = port
        }
    }

    /// What connection tracking knows of the packet.
    public enum Tracking: Sendable, Hashable {
        /// The first packet of a connection.
        case new
        /// A later packet in the direction of the first.
        case established
        /// A packet in the other direction.
        case reply

        /// The bit of `ct state` (NF_CT_STATE_BIT).
        var stateBit: UInt32 { self == .new ? 8 : 2 }
    }

    /// The family.
    public var family: IPFamily

    /// The number of the transport protocol.
    public var transport: UInt8

    /// The sender.
    public var source: Endpoint

    /// The destination.
    public var destination: Endpoint

    /// The destination before it was redirected.
    public var originalDestination: Endpoint

    /// Whether the destination is this machine.
    public var isToThisMachine: Bool?

    /// The interface that it arrives on; `nil` if it can be any, or none.
    public var input: Interface?

    /// The interface that it leaves by.
    public var output: Interface?

    /// Whether a process of this machine sends it.
    public var isOutbound: Bool

    /// The user of that process.
    public var user: UInt32?

    /// The group of that process.
    public var group: UInt32?

    /// Its mark.
    public var mark: UInt32?

    /// The connection's mark.
    public var connectionMark: UInt32? = 0

    /// What connection tracking knows of it.
    public var tracking = Tracking.new

    /// Whether its destination was changed.
    public var isRedirected = false

    /// Whether connection tracking knows it yet.
    var isTracked = true

    /// Whether a rule may have changed its header, so that nothing of it is known.
    public private(set) var isHeaderChanged = false

    /// Whether it belongs to a connection of this machine with a server that it chooses.
    var isToAnyServer: Bool {
        isOutbound && tracking != .reply || !isOutbound && tracking == .reply
    }

    /// The hook that it is at.
    var hook = PacketHook.prerouting

    /// Creates the first packet of a connection.
    public init(
        family: IPFamily,
        transport: UInt8,
        source: Endpoint = Endpoint(),
        destination: Endpoint,
        isToThisMachine: Bool? = nil,
        input: Interface? = nil,
        output: Interface? = nil,
        isOutbound: Bool,
        user: UInt32? = nil,
        group: UInt32? = nil,
        mark: UInt32? = nil
    ) {
        self.family = family
        self.transport = transport
        self.source = source
        self.destination = destination
        originalDestination = destination
        self.isToThisMachine = isToThisMachine
        self.input = input
        self.output = output
        self.isOutbound = isOutbound
        self.user = user
        self.group = group
        self.mark = mark
    }

    /// Forgets the header, because a rule changes it.
    public mutating func changeHeader() {
        isHeaderChanged = true
        source = Endpoint()
        destination = Endpoint()
        isToThisMachine = nil
    }

    /// The packet after its destination was changed.
    public func redirected(to destination: Endpoint, isToThisMachine: Bool?) -> FilterPacket {
        var packet = self
        packet.destination = destination
        packet.isToThisMachine = isToThisMachine
        packet.isRedirected = true
        return packet
    }
}
