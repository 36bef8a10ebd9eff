/// A table as the kernel holds it, whoever put what into it.
public struct LiveTable: Sendable, Hashable {
    /// The table's name; its family is `inet`.
    public var name: String

    /// Whether the kernel passes the table's chains by (`flags dormant`).
    ///
    /// What such a table holds is not listed: libnftables 1.0.6 can't.
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

    /// Sets, maps and every other kind of object; none of them is ever ours.
    public var others: [LiveObject]

    /// Creates a table.
    public init(
        name: String,
        isDormant: Bool = false,
        isOwned: Bool = false,
        chains: [LiveChain] = [],
        counters: [LiveCounter] = [],
        others: [LiveObject] = []
    ) {
        self.name = name
        self.isDormant = isDormant
        self.isOwned = isOwned
        self.chains = chains
        self.counters = counters
        self.others = others
    }

    /// Whether something in it bears a name that nft's text grammar has no way to say.
    ///
    /// The kernel and libnftables' JSON input accept any name (nft(8), "Lexical conventions").
    public var hasUnspeakableName: Bool {
        let names = chains.map(\.name) + counters.map(\.name) + others.map(\.name)
        return !names.allSatisfy { name in
            guard let first = name.utf8.first, isLetter(first) else { return false }
            return name.utf8.allSatisfy {
                isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || "_/.\\-".utf8.contains($0)
            }
        }
    }

    private func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// The markers it holds; exactly one while nobody interferes.
    public var markers: [Marker] {
        chains.compactMap { $0.isEmptyRegularChain ? Marker(chain: $0.name) : nil }
    }
}

/// The kernel's number for an object; it names that object and never another one of its table.
public typealias Handle = UInt64

/// A chain as the kernel holds it.
public struct LiveChain: Sendable, Hashable {
    /// What attaches a chain to a hook.
    public enum Attachment: Sendable, Hashable, CustomStringConvertible {
        /// A regular chain: other chains jump to it.
        case none
        /// A NAT base chain at a hook we use, policy `accept`: what ``BaseChain`` can say.
        case nat(BaseChain.Head)
        /// Any other base chain, as nft would write it: `type filter hook input priority 0; …`.
        case other(String)

        /// The attachment in nft's language; empty for a regular chain.
        public var description: String {
            switch self {
            case .none: ""
            case .nat(let head): head.text
            case .other(let text): text
            }
        }
    }

    /// The chain's name.
    public var name: String

    /// The kernel's number for it.
    public var handle: Handle

    /// How it is attached.
    public var attachment: Attachment

    /// Its rules, in order.
    public var rules: [LiveRule]

    /// Creates a chain.
    public init(
        name: String,
        handle: Handle,
        attachment: Attachment = .none,
        rules: [LiveRule] = []
    ) {
        self.name = name
        self.handle = handle
        self.attachment = attachment
        self.rules = rules
    }

    var isEmptyRegularChain: Bool { attachment == .none && rules.isEmpty }
}

/// A rule as the kernel holds it.
public struct LiveRule: Sendable, Hashable {
    /// What a rule says.
    public enum Content: Sendable, Hashable {
        /// A rule that ``Rule`` can express.
        case known(Rule)
        /// Any other rule, as nft prints it.
        case foreign(String)
    }

    /// The kernel's number for it.
    public var handle: Handle

    /// What it says.
    public var content: Content

    /// Creates a rule.
    public init(handle: Handle, content: Content) {
        self.handle = handle
        self.content = content
    }

    /// The rule, where ``Rule`` can express it.
    public var known: Rule? {
        if case .known(let rule) = content { rule } else { nil }
    }

    /// The name of the redirect that the rule says it belongs to.
    public var redirect: String? { known?.comment }

    /// The rule as nft prints it.
    public var text: String {
        switch content {
        case .known(let rule): rule.text
        case .foreign(let text): text
        }
    }
}

/// A named counter as the kernel holds it.
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

    /// The kernel's number for it, where the kind has one.
    public var handle: Handle?

    /// Creates an object.
    public init(kind: String, name: String, handle: Handle?) {
        self.kind = kind
        self.name = name
        self.handle = handle
    }
}
