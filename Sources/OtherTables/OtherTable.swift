/// A table of nftables that another program made, as far as it can be read.
public struct OtherTable: Sendable, Hashable {
    /// The address families of tables (`enum nfproto`), by the kernel's numbers.
    public enum Family: UInt8, Sendable, Hashable, CaseIterable {
        case inet = 1
        case ip = 2
        case arp = 3
        case netdev = 5
        case bridge = 7
        case ip6 = 10

        /// The name in nft's language.
        public var name: String { "\(self)" }
    }

    /// A table's family and name, which identify it.
    public struct Name: Sendable, Hashable, Comparable {
        /// The family.
        public var family: Family

        /// The name within the family.
        public var name: String

        /// Creates a name.
        public init(_ family: Family, _ name: String) {
            self.family = family
            self.name = name
        }

        /// The name as nft's commands have it: `ip filter`.
        public var text: String { "\(family.name) \(name)" }

        /// Orders by family, then by name.
        public static func < (left: Name, right: Name) -> Bool {
            (left.family.rawValue, left.name) < (right.family.rawValue, right.name)
        }
    }

    /// The table's family and name.
    public var name: Name

    /// The chains, by name.
    public var chains: [String: OtherChain]

    /// The sets and maps that rules look up, by name.
    public var sets: [String: OtherSet]

    /// Creates a table.
    public init(_ name: Name, chains: [String: OtherChain] = [:], sets: [String: OtherSet] = [:]) {
        self.name = name
        self.chains = chains
        self.sets = sets
    }

    /// Whether iptables-nft made it: its tables have fixed names, and chains in capital letters.
    public var isOfIptables: Bool {
        guard name.family == .ip || name.family == .ip6,
            ["filter", "nat", "mangle", "raw", "security"].contains(name.name)
        else { return false }
        let bases = chains.values.filter { $0.base != nil }
        return !bases.isEmpty
            && bases.allSatisfy { $0.base?.hook.name.uppercased() == $0.name }
    }
}

/// A chain with its rules.
public struct OtherChain: Sendable, Hashable {
    /// Where the kernel calls a base chain, and what happens at its end.
    public struct Base: Sendable, Hashable {
        /// The type: `filter`, `nat` or `route`.
        public var type: String

        /// The hook.
        public var hook: PacketHook

        /// The order at the hook; lower runs first.
        public var priority: Int32

        /// Whether the policy is to drop.
        public var drops: Bool

        /// The devices of a chain at `ingress` or `egress`.
        public var devices: [String]

        /// Creates a description of a base chain.
        public init(
            type: String,
            hook: PacketHook,
            priority: Int32,
            drops: Bool = false,
            devices: [String] = []
        ) {
            self.type = type
            self.hook = hook
            self.priority = priority
            self.drops = drops
            self.devices = devices
        }
    }

    /// The chain's name.
    public var name: String

    /// Where the kernel calls it; `nil` if only rules do.
    public var base: Base?

    /// The rules, in their order.
    public var rules: [OtherRule]

    /// Creates a chain.
    public init(name: String, base: Base? = nil, rules: [OtherRule] = []) {
        self.name = name
        self.base = base
        self.rules = rules
    }
}

/// A rule as the instructions that the kernel executes.
public struct OtherRule: Sendable, Hashable {
    /// The kernel's number for the rule.
    public var handle: UInt64

    /// The instructions, in their order.
    public var instructions: [Instruction]

    /// Creates a rule.
    public init(handle: UInt64, instructions: [Instruction]) {
        self.handle = handle
        self.instructions = instructions
    }
}

/// A place in a packet's way where base chains run (`enum nf_inet_hooks`).
public enum PacketHook: UInt32, Sendable, Hashable, CaseIterable {
    case prerouting = 0
    case input = 1
    case forward = 2
    case output = 3
    case postrouting = 4
    case ingress = 5
    case egress = 6

    /// The name in nft's language.
    public var name: String { "\(self)" }
}
