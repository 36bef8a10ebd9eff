public import Addressing

/// A connection that the kernel tracks (conntrack), as far as its translation goes.
public struct Flow: Sendable, Hashable {
    /// One end of a connection.
    public struct End: Sendable, Hashable {
        /// The address.
        public var address: IPAddress

        /// The port; `nil` if the protocol has none.
        public var port: Port?

        /// Creates an end.
        public init(address: IPAddress, port: Port?) {
            self.address = address
            self.port = port
        }
    }

    /// The protocol's number (IANA).
    public var protocolNumber: UInt8

    /// Who opened it.
    public var client: End

    /// Where it was sent.
    public var destination: End

    /// Where it goes: whose answers belong to it.
    public var target: End

    /// Where answers are sent: to the client, or to the address that it got as its source.
    public var answerDestination: End

    /// What tells echo requests between the same ends apart (ICMP); `nil` for other protocols.
    public var echoID: UInt16?

    /// Whether a translation of its destination was set up (IPS_DST_NAT).
    public var isTranslated: Bool

    /// Whether it is over, and only still remembered.
    public var isClosed: Bool

    /// Creates a flow.
    public init(
        protocolNumber: UInt8,
        client: End,
        destination: End,
        target: End,
        answerDestination: End? = nil,
        echoID: UInt16? = nil,
        isTranslated: Bool,
        isClosed: Bool = false
    ) {
        self.protocolNumber = protocolNumber
        self.client = client
        self.destination = destination
        self.target = target
        self.answerDestination = answerDestination ?? client
        self.echoID = echoID
        self.isTranslated = isTranslated
        self.isClosed = isClosed
    }

    /// The family of its addresses.
    public var family: IPFamily { destination.address.family }

    /// The protocol's name; its number where it has none here.
    public var protocolName: String {
        switch protocolNumber {
        case 1, 58: "ICMP"
        default:
            TransportProtocol.allCases.first { $0.number == protocolNumber }?.rawValue.uppercased()
                ?? "protocol \(protocolNumber)"
        }
    }
}

/// A flow, and what it takes to name this one and no other to the kernel.
public struct TrackedFlow: Sendable, Hashable {
    /// The flow.
    public let flow: Flow

    /// The flow's original tuple, zone and id, in the kernel's words.
    public let identity: [UInt8]

    /// The address family's number in the kernel's words.
    public let familyNumber: UInt8

    /// Creates a tracked flow.
    public init(flow: Flow, identity: [UInt8], familyNumber: UInt8) {
        self.flow = flow
        self.identity = identity
        self.familyNumber = familyNumber
    }
}
