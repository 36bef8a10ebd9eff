public import Addressing

/// A socket that waits for connections, or for packets of UDP.
public struct Listener: Sendable, Hashable {
    /// The protocol.
    public var transport: TransportProtocol

    /// The families of what it receives.
    public var families: Set<IPFamily>

    /// The address that it is bound to; `nil` for every address of ``families``.
    public var address: IPAddress?

    /// The port.
    public var port: UInt16

    /// The number of the interface that it is bound to (SO_BINDTODEVICE); `nil` for every interface.
    public var interface: Int32?

    /// The number of its file, by which a process can be found; 0 if no process has it open.
    public var inode: UInt32

    /// Creates a listener.
    public init(
        _ transport: TransportProtocol,
        _ families: Set<IPFamily>,
        _ address: IPAddress? = nil,
        port: UInt16,
        interface: Int32? = nil,
        inode: UInt32 = 0
    ) {
        self.transport = transport
        self.families = families
        self.address = address
        self.port = port
        self.interface = interface
        self.inode = inode
    }

    /// Whether it receives what is sent to an address of this machine.
    ///
    /// - Parameters:
    ///   - target: The address.
    ///   - interfaces: The numbers of the interfaces by which it can arrive; `nil` for any.
    /// - Returns: `false` if it is bound to another address or interface.
    public func receives(_ target: IPAddress, on interfaces: Set<Int32>?) -> Bool {
        families.contains(target.family) && (address ?? target) == target
            && interface.map { interfaces?.contains($0) ?? true } ?? true
    }
}

/// All listeners of a host.
public struct Listeners: Sendable {
    /// The protocols whose listeners are known.
    public let known: Set<TransportProtocol>

    private let byPort: [TransportProtocol: [UInt16: [Listener]]]

    /// Creates the listeners of some protocols.
    public init(_ listeners: [Listener], known: Set<TransportProtocol>) {
        self.known = known
        byPort = Dictionary(grouping: listeners, by: \.transport)
            .mapValues { Dictionary(grouping: $0, by: \.port) }
    }

    /// The listeners on a port.
    public func on(_ port: Port, _ transport: TransportProtocol) -> [Listener] {
        byPort[transport]?[port.number] ?? []
    }

    /// The listeners on any port of a range, in no particular order.
    public func on(_ ports: ClosedRange<Port>, _ transport: TransportProtocol) -> [Listener] {
        if ports.lowerBound == ports.upperBound { return on(ports.lowerBound, transport) }
        let numbers = ports.lowerBound.number...ports.upperBound.number
        return (byPort[transport] ?? [:]).filter { numbers.contains($0.key) }.flatMap(\.value)
    }
}
