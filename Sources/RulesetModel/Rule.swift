public import Addressing

/// One rule: what it matches, what it counts, and where it sends what matched.
public struct Rule: Sendable, Hashable, Codable {
    /// What a packet must be for the rule to apply.
    public var selector: Selector

    /// The named counter that counts what matched.
    public var counter: String?

    /// What happens to a connection that matched.
    public var statement: Statement

    /// The comment: the name of the redirect that the rule belongs to.
    ///
    /// At most 128 bytes (nft(8)).
    public var comment: String?

    /// Creates a rule.
    public init(
        selector: Selector,
        counter: String? = nil,
        statement: Statement,
        comment: String? = nil
    ) {
        self.selector = selector
        self.counter = counter
        self.statement = statement
        self.comment = comment
    }
}

/// What a packet must be for a rule to apply: every part that is given must hold.
///
/// One value for each set of packets: the order in which a listing names the parts does not count,
/// nor does a part that another implies.
public struct Selector: Sendable, Hashable, Codable {
    /// `meta nfproto`; always given where an address is.
    public var family: IPFamily?

    /// `meta l4proto`, sorted; empty means any.
    ///
    /// Always given where a port is.
    public var protocols: [TransportProtocol]

    /// `ip saddr` or `ip6 saddr`.
    public var sourceAddresses: AddressSet?

    /// `ip daddr` or `ip6 daddr`.
    public var destinationAddresses: AddressSet?

    /// `th sport`.
    public var sourcePorts: PortSet?

    /// `th dport`.
    public var destinationPorts: PortSet?

    /// Creates a selector; what is left out may be anything.
    public init(
        family: IPFamily? = nil,
        protocols: [TransportProtocol] = [],
        sourceAddresses: AddressSet? = nil,
        destinationAddresses: AddressSet? = nil,
        sourcePorts: PortSet? = nil,
        destinationPorts: PortSet? = nil
    ) {
        self.family = family
        self.protocols = protocols.sorted()
        self.sourceAddresses = sourceAddresses
        self.destinationAddresses = destinationAddresses
        self.sourcePorts = sourcePorts
        self.destinationPorts = destinationPorts
    }
}

/// The NAT statement that ends a rule (nft(8), "NAT statements").
public enum Statement: Sendable, Hashable, Codable {
    /// `dnat to :PORT`: the port changes, the address stays.
    case dnatPort(to: Port)
    /// `dnat ip to ADDRESS` or `dnat ip to ADDRESS:PORT`.
    case dnat(to: IPAddress, port: Port?)
    /// `redirect` or `redirect to :PORT`: this machine.
    case redirect(port: Port?)
}
