public import Addressing

/// What a connection was before its destination was translated: `ct status dnat` and `ct original`.
///
/// Ports are one range, and beside them the selector names one protocol: libnftables 1.0.6 lists
/// other forms in a way that it can't read back.
public struct OriginalTuple: Sendable, Hashable, Codable {
    /// `ct original ip saddr` or `ct original ip6 saddr`.
    public var sourceAddresses: AddressSet?

    /// `ct original ip daddr` or `ct original ip6 daddr`.
    public var destinationAddresses: AddressSet?

    /// `ct original proto-src`; always a range, also of one port.
    public var sourcePorts: PortRange?

    /// `ct original proto-dst`; always a range, also of one port.
    public var destinationPorts: PortRange?

    /// Creates a tuple; what is left out may be anything.
    public init(
        sourceAddresses: AddressSet? = nil,
        destinationAddresses: AddressSet? = nil,
        sourcePorts: PortRange? = nil,
        destinationPorts: PortRange? = nil
    ) {
        self.sourceAddresses = sourceAddresses
        self.destinationAddresses = destinationAddresses
        self.sourcePorts = sourcePorts
        self.destinationPorts = destinationPorts
    }
}

/// A range of ports.
public typealias PortRange = ClosedRange<Port>
