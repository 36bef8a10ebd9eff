public import Addressing

/// Which connections a redirect is about: those for which every key holds.
public struct Match: Sendable, Hashable {
    /// One end of a connection.
    public struct Endpoint: Sendable, Hashable {
        /// The addresses the end may have; nothing means any.
        public var addresses: AddressSet?

        /// The ports the end may have; nothing means any.
        public var ports: PortSet?

        /// Creates an endpoint; what is left out may be anything.
        public init(addresses: AddressSet? = nil, ports: PortSet? = nil) {
            self.addresses = addresses
            self.ports = ports
        }
    }

    /// The family as it was written; nothing means any that the addresses allow.
    public var family: IPFamily?

    /// The transport protocols; nothing means any protocol, also one without ports.
    public var protocols: Set<TransportProtocol>?

    /// Where the connection comes from.
    public var source: Endpoint

    /// Where the connection was sent.
    public var destination: Endpoint

    /// Creates a match; what is left out may be anything.
    public init(
        family: IPFamily? = nil,
        protocols: Set<TransportProtocol>? = nil,
        source: Endpoint = Endpoint(),
        destination: Endpoint = Endpoint()
    ) {
        self.family = family
        self.protocols = protocols
        self.source = source
        self.destination = destination
    }

    /// The families of which a connection can match: the written one, narrowed by the addresses.
    public var families: Set<IPFamily> {
        var families = Set(family.map { [$0] } ?? IPFamily.allCases)
        for endpoint in [source, destination] {
            if let addresses = endpoint.addresses { families.formIntersection(addresses.families) }
        }
        return families
    }

    /// Whether a port is part of the match.
    public var namesPort: Bool { source.ports != nil || destination.ports != nil }
}
