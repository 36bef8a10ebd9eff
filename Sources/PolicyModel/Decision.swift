public import Addressing

/// What becomes of a connection that a redirect matches.
public enum Decision: Sendable, Hashable {
    /// It is left alone, by every later redirect too.
    case bypass
    /// It goes to one place.
    case target(Target)
    /// It goes to one of several places.
    case balance(Balance)

    /// The places that connections can go to.
    public var targets: [Target] {
        switch self {
        case .bypass: []
        case .target(let target): [target]
        case .balance(let balance): balance.shares.map(\.target)
        }
    }

    /// The families of connections that it can be carried out for.
    public var families: Set<IPFamily> { IPFamily.all { allows($0) } }

    /// Whether it can be carried out for connections of a family.
    func allows(_ family: IPFamily) -> Bool {
        switch self {
        case .bypass: true
        case .target(let target): target.allows(family)
        case .balance(let balance): balance.shares.contains { $0.target.allows(family) }
        }
    }
}

/// Several places that share connections among them.
///
/// Those that cannot take a connection's family have no part in it: the others share it by their
/// weights.
public struct Balance: Sendable, Hashable {
    /// How the place for a connection is chosen.
    public enum Method: String, Sendable, Hashable, CaseIterable {
        /// By chance.
        case random
        /// In turn.
        case roundRobin = "round-robin"
        /// By the client's address: the same client always goes to the same place.
        case sourceHash = "source-hash"
    }

    /// A place and its part.
    public struct Share: Sendable, Hashable {
        /// The place; its port is never a shift, and its address never a prefix.
        public var target: Target

        /// Its part, in relation to the weights of the others; within ``validWeights``.
        public var weight: UInt32

        /// Creates a share.
        public init(target: Target, weight: UInt32 = 1) {
            self.target = target
            self.weight = weight
        }

        /// The weights that a share may have.
        public static let validWeights: ClosedRange<UInt32> = 1...65535
    }

    /// How the place is chosen.
    public var method: Method

    /// The places; at least one.
    public var shares: [Share]

    /// Creates a balance.
    public init(method: Method, shares: [Share]) {
        self.method = method
        self.shares = shares
    }
}
