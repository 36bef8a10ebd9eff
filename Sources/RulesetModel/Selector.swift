public import Addressing

/// What a packet must be for a rule to apply: every part that is given must hold.
///
/// One value for each set of packets: the order in which a listing names the parts does not count,
/// nor does a part that another implies.
public struct Selector: Sendable, Hashable, Codable {
    /// The parts of a selector, in the order of a rule's text: the cheapest to check come first.
    ///
    /// Whatever walks the parts iterates over all cases and switches without `default`, so that the
    /// compiler names every place that a new part needs. They are also the keys of the stored form:
    /// a case without a stored property does not compile.
    public enum Part: String, CodingKey, CaseIterable, Sendable {
        /// `iifname`
        case inputInterfaces
        /// `oifname`
        case outputInterfaces
        /// `meta nfproto`
        case family
        /// `meta l4proto`
        case protocols
        /// `meta skuid`
        case users
        /// `meta skgid`
        case groups
        /// `socket cgroupv2`
        case cgroup
        /// `meta mark`
        case mark
        /// `fib daddr type local`
        case isToThisMachine
        /// `ip saddr` or `ip6 saddr`
        case sourceAddresses
        /// `ip daddr` or `ip6 daddr`
        case destinationAddresses
        /// `th sport`
        case sourcePorts
        /// `th dport`
        case destinationPorts
        /// `ip dscp` or `ip6 dscp`
        case dscp
        /// `ct status dnat` and `ct original`
        case original
        /// `ct status` and `ct label`
        case tracked
        /// `KEY @SET`
        case member
    }

    /// The keys of the stored form.
    private typealias CodingKeys = Part

    /// `meta nfproto`; always given if an address is.
    public var family: IPFamily?

    /// `meta l4proto`, sorted; empty means any.
    ///
    /// Always given if a port is.
    public var protocols: [TransportProtocol]

    /// `ip saddr` or `ip6 saddr`.
    public var sourceAddresses: AddressSet?

    /// `ip daddr` or `ip6 daddr`.
    public var destinationAddresses: AddressSet?

    /// `th sport`.
    public var sourcePorts: PortSet?

    /// `th dport`.
    public var destinationPorts: PortSet?

    /// `fib daddr type local`: the destination is any address of this machine.
    public var isToThisMachine: Bool

    /// `iifname`, sorted; empty means any.
    public var inputInterfaces: [InterfacePattern]

    /// `oifname`, sorted; empty means any.
    public var outputInterfaces: [InterfacePattern]

    /// `meta skuid`: whose socket it is.
    public var users: IntervalSet<UInt32>?

    /// `meta skgid`: the group of whose socket it is.
    public var groups: IntervalSet<UInt32>?

    /// `socket cgroupv2`: in which control group, or below it, the process of the socket runs.
    public var cgroup: CgroupPath?

    /// `meta mark`.
    public var mark: PacketMark?

    /// `ip dscp` or `ip6 dscp`, one value; `nil` means any.
    ///
    /// Always given with a family, because each has its own header. Never a range or a part of a key,
    /// whose bytes libnftables 1.0.6 gets wrong for IPv6; and never a set: with one in the table, it
    /// crashes in later transactions, such as the one that confirms a trial.
    public var dscp: CodePoint?

    /// `ct status dnat` with what the connection was before; `nil` asks for neither.
    ///
    /// Used by tables that drain, and by masquerading before 0.2.
    public var original: OriginalTuple?

    /// What connection tracking must say of the connection.
    public var tracked: TrackedState?

    /// `KEY @SET`: the set that must have the connection as an element.
    public var member: Lookup?

    /// Creates a selector; what is left out may be anything.
    public init(
        family: IPFamily? = nil,
        protocols: [TransportProtocol] = [],
        sourceAddresses: AddressSet? = nil,
        destinationAddresses: AddressSet? = nil,
        sourcePorts: PortSet? = nil,
        destinationPorts: PortSet? = nil,
        isToThisMachine: Bool = false,
        inputInterfaces: [InterfacePattern] = [],
        outputInterfaces: [InterfacePattern] = [],
        users: IntervalSet<UInt32>? = nil,
        groups: IntervalSet<UInt32>? = nil,
        cgroup: CgroupPath? = nil,
        mark: PacketMark? = nil,
        dscp: CodePoint? = nil,
        original: OriginalTuple? = nil,
        tracked: TrackedState? = nil,
        member: Lookup? = nil
    ) {
        self.family = family
        self.protocols = protocols.sorted()
        self.sourceAddresses = sourceAddresses
        self.destinationAddresses = destinationAddresses
        self.sourcePorts = sourcePorts
        self.destinationPorts = destinationPorts
        self.isToThisMachine = isToThisMachine
        self.inputInterfaces = inputInterfaces.sorted()
        self.outputInterfaces = outputInterfaces.sorted()
        self.users = users
        self.groups = groups
        self.cgroup = cgroup
        self.mark = mark
        self.dscp = dscp
        self.original = original
        self.tracked = tracked
        self.member = member
    }
}

/// What connection tracking says of a connection (nft(8), "Conntrack expressions").
public enum TrackedState: Sendable, Hashable, Codable {
    /// `ct status confirmed`: its first packet has passed this machine, so NAT can't change it.
    case confirmed
    /// `ct status dnat ct label BIT`: it has a new destination, and this label.
    case redirected(ConnectionLabel)
}
