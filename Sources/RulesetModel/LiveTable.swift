import Addressing

/// A table as the kernel holds it, whoever put what into it.
public struct LiveTable: Sendable, Hashable {
    /// The table's name; its family is `inet`.
    public var name: String

    /// Whether the kernel passes the table's chains by (`flags dormant`).
    ///
    /// What such a table holds has no effect, and is not read.
    public var isDormant: Bool

    /// Whether the process that made the table still has it for itself (`flags owner`).
    ///
    /// Nobody else can change such a table, and it goes when that process ends. What it holds is
    /// unknown.
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

    /// Whether something in it bears a name that can't be in a command.
    public var hasUnspeakableName: Bool {
        let names =
            chains.map(\.name) + counters.map(\.name) + maps.map(\.name)
            + others.map(\.name)
        return !names.allSatisfy(ObjectName.canBeInCommands)
    }

    /// The markers it holds; exactly one while nobody interferes.
    public var markers: [Marker] {
        chains.compactMap { $0.isEmptyRegularChain ? Marker(chain: $0.name) : nil }
    }
}

/// The kernel's number for an object; it names that object and never another one of its table.
public typealias Handle = UInt64
