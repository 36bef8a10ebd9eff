public import Addressing

/// The connections that a redirect applies to: those that match every key.
public struct Match: Sendable, Hashable {
    /// The keys of a match, in the order in which they are checked.
    ///
    /// Whatever walks the conditions of a match iterates over all cases and switches without
    /// `default`, so that the compiler names every place that a new key needs.
    public enum Key: String, Sendable, Hashable, CaseIterable {
        /// The family.
        case family
        /// The protocol.
        case transport
        /// The client's address.
        case sourceAddress
        /// The client's port.
        case sourcePort
        /// The address that it was sent to.
        case destinationAddress
        /// The port that it was sent to.
        case destinationPort
        /// The interface that it arrives on or leaves by.
        case interface
        /// The user whose process opens it.
        case user
        /// The group whose process opens it.
        case group
        /// The control group of the process that opens it.
        case cgroup
        /// The packet mark.
        case mark
        /// The differentiated services code point.
        case dscp
    }

    /// One end of a connection.
    public struct Endpoint: Sendable, Hashable {
        /// The addresses the end may have; `nil` means any, unless ``isLocal`` says otherwise.
        public var addresses: AddressSet?

        /// Whether the end may have any address of this machine, besides ``addresses``.
        ///
        /// If ``addresses`` is `nil`, it must have one of this machine.
        public var isLocal: Bool

        /// The ports the end may have; `nil` means any.
        public var ports: PortSet?

        /// Creates an endpoint; what is left out may be anything.
        public init(
            addresses: AddressSet? = nil,
            isLocal: Bool = false,
            ports: PortSet? = nil
        ) {
            self.addresses = addresses
            self.isLocal = isLocal
            self.ports = ports
        }

        /// Whether a connection of a family can have this end.
        func allows(_ family: IPFamily) -> Bool {
            isLocal || addresses?.holdsAny(of: family) != false
        }
    }

    /// The family as it was written; `nil` means any that the addresses allow.
    public var family: IPFamily?

    /// The transport protocols; `nil` means any protocol, also one without ports.
    public var protocols: Set<TransportProtocol>?

    /// Where the connection comes from.
    public var source: Endpoint

    /// Where the connection was sent.
    public var destination: Endpoint

    /// The interfaces it may arrive on (inbound) or leave by (outbound); `nil` means any.
    public var interfaces: Set<InterfacePattern>?

    /// The user IDs of the process that opens it; `nil` means any.
    ///
    /// For outbound connections only.
    public var users: IntervalSet<UInt32>?

    /// The group IDs of the process that opens it; `nil` means any.
    ///
    /// For outbound connections only.
    public var groups: IntervalSet<UInt32>?

    /// The control groups in which the process that opens it may run; `nil` means any.
    ///
    /// For outbound connections only.
    public var cgroups: Set<CgroupPath>?

    /// What its packet mark must be; `nil` means anything.
    public var mark: PacketMark?

    /// The code points that its first packet may have; `nil` means any.
    public var dscp: Set<CodePoint>?

    /// Creates a match; what is left out may be anything.
    public init(
        family: IPFamily? = nil,
        protocols: Set<TransportProtocol>? = nil,
        source: Endpoint = Endpoint(),
        destination: Endpoint = Endpoint(),
        interfaces: Set<InterfacePattern>? = nil,
        users: IntervalSet<UInt32>? = nil,
        groups: IntervalSet<UInt32>? = nil,
        cgroups: Set<CgroupPath>? = nil,
        mark: PacketMark? = nil,
        dscp: Set<CodePoint>? = nil
    ) {
        self.family = family
        self.protocols = protocols
        self.source = source
        self.destination = destination
        self.interfaces = interfaces
        self.users = users
        self.groups = groups
        self.cgroups = cgroups
        self.mark = mark
        self.dscp = dscp
    }

    /// The families of which a connection can match: the written one, narrowed by the addresses.
    public var families: Set<IPFamily> { IPFamily.all { allows($0) } }

    /// Whether a connection of a family can match.
    func allows(_ family: IPFamily) -> Bool {
        (self.family ?? family) == family && source.allows(family) && destination.allows(family)
    }

    /// Whether rules test a key of this match in the header of one family, so that each family needs
    /// a rule of its own.
    public func isOfOneFamily(_ key: Key) -> Bool {
        switch key {
        case .sourceAddress: source.addresses != nil
        case .destinationAddress: destination.addresses != nil
        case .dscp: dscp != nil
        case .family, .transport, .sourcePort, .destinationPort, .interface, .user, .group, .cgroup,
            .mark:
            false
        }
    }

    /// Whether a port is part of the match.
    public var namesPort: Bool { source.ports != nil || destination.ports != nil }
}
