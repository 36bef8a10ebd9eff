/// A NAT chain attached to a hook, with its rules.
public struct BaseChain: Sendable, Hashable, Codable {
    /// What a base chain is apart from its rules.
    ///
    /// The kernel can't change any of it on a living chain but the policy.
    public struct Head: Sendable, Hashable, Codable {
        /// Where in a packet's way the chain runs; the chain has the hook's name.
        public var hook: Hook

        /// The order at the hook; lower runs first.
        public var priority: Int32

        /// Creates a head.
        public init(hook: Hook, priority: Int32) {
            self.hook = hook
            self.priority = priority
        }
    }

    /// The hook and priority.
    public var head: Head

    /// The rules, in the order in which they are tried.
    public var rules: [Rule]

    /// Creates a chain.
    public init(head: Head, rules: [Rule] = []) {
        self.head = head
        self.rules = rules
    }

    /// The chain's name: that of its hook.
    public var name: String { head.hook.rawValue }
}

/// Where in a packet's way a base chain runs (nft(8), "Address families").
public enum Hook: String, Sendable, Hashable, CaseIterable, Codable, Comparable {
    /// Packets that arrive, before routing decides where they go.
    case prerouting
    /// Packets that local processes send.
    case output
    /// Packets about to leave, after routing decided where they go.
    case postrouting

    /// Orders the hooks that decide destinations before the one that decides sources.
    public static func < (left: Hook, right: Hook) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .prerouting: 0
        case .output: 1
        case .postrouting: 2
        }
    }
}

/// A chain that rules of a base chain jump to.
public struct RegularChain: Sendable, Hashable, Codable {
    /// The chain's name.
    public var name: String

    /// The rules, in the order in which they are tried.
    public var rules: [Rule]

    /// Creates a chain.
    public init(name: String, rules: [Rule] = []) {
        self.name = name
        self.rules = rules
    }
}
