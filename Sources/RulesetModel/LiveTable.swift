import Addressing

/// A table as the kernel has it, including objects of other programs.
public struct LiveTable: Sendable, Hashable {
    /// The table's name; its family is `inet`.
    public var name: String

    /// Whether the kernel ignores the table's chains (`flags dormant`).
    ///
    /// The content of such a table has no effect, and is not read.
    public var isDormant: Bool

    /// Whether the process that created the table still owns it (`flags owner`).
    ///
    /// No other process can change such a table, and the kernel removes it when that process ends. Its
    /// content is unknown.
    public var isOwned: Bool

    /// The chains, in the kernel's order.
    public var chains: [LiveChain]

    /// The named counters.
    public var counters: [LiveCounter]

    /// The maps that ``LookupMap`` can express.
    public var maps: [LiveMap]

    /// The set that a trial lives by.
    public var lease: LiveLease?

    /// Other maps, sets and every other kind of object; none of them is ever ours.
    public var others: [LiveObject]

    /// Creates a table.
    public init(
        name: String,
        isDormant: Bool = false,
        isOwned: Bool = false,
        chains: [LiveChain] = [],
        counters: [LiveCounter] = [],
        maps: [LiveMap] = [],
        lease: LiveLease? = nil,
        others: [LiveObject] = []
    ) {
        self.name = name
        self.isDormant = isDormant
        self.isOwned = isOwned
        self.chains = chains
        self.counters = counters
        self.maps = maps
        self.lease = lease
        self.others = others
    }

    /// Whether an object in the table has a name that can't be in a command.
    public var hasInexpressibleName: Bool {
        let names =
            chains.map(\.name) + counters.map(\.name) + maps.map(\.name)
            + others.map(\.name)
        return !names.allSatisfy(ObjectName.canBeInCommands)
    }

    /// The markers in the table; exactly one unless another program interferes.
    public var markers: [Marker] {
        chains.compactMap { $0.isEmptyRegularChain ? Marker(chain: $0.name) : nil }
    }
}

/// The kernel's number for an object; it names that object and never another one of its table.
public typealias Handle = UInt64

/// A named counter as the kernel has it.
public struct LiveCounter: Sendable, Hashable {
    /// The counter's name.
    public var name: String

    /// The kernel's number for it.
    public var handle: Handle

    /// Packets counted: for a NAT rule the first one of each connection.
    public var packets: UInt64

    /// Bytes in these packets.
    public var bytes: UInt64

    /// Creates a counter.
    public init(name: String, handle: Handle, packets: UInt64, bytes: UInt64) {
        self.name = name
        self.handle = handle
        self.packets = packets
        self.bytes = bytes
    }
}

/// An object of a kind that redirctl does not make.
public struct LiveObject: Sendable, Hashable {
    /// The kind, in nft's word, such as `set`, `map` or `quota`.
    public var kind: String

    /// The object's name.
    public var name: String

    /// The kernel's number for it, if the kind has one.
    public var handle: Handle?

    /// Creates an object.
    public init(kind: String, name: String, handle: Handle?) {
        self.kind = kind
        self.name = name
        self.handle = handle
    }
}
