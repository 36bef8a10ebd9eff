/// Something in a table that keeps a packet from its way.
public struct Obstacle: Sendable, Hashable {
    /// What happens to the packet.
    public enum Kind: Sendable, Hashable {
        /// It is dropped; its sender is told if `isTold`.
        case drop(isTold: Bool)
        /// A process gets it and decides.
        case queue
        /// Another destination is chosen.
        case translate(Verdict.Translation)
        /// Connection tracking ignores it, so no NAT is done.
        case notrack
        /// A socket of this machine gets it.
        case tproxy
        /// A rule does something that is not simulated.
        case unknown
    }

    /// The place of a rule or of a chain's policy.
    public struct Place: Sendable, Hashable {
        /// The table.
        public var table: OtherTable.Name

        /// The base chain that the kernel calls.
        public var baseChain: String

        /// Where the kernel calls it.
        public var base: OtherChain.Base

        /// The chain of the rule.
        public var chain: String

        /// The rule's handle; `nil` for the base chain's policy.
        public var rule: UInt64?

        /// Whether iptables made the table.
        public var isOfIptables: Bool
    }

    /// What happens.
    public var kind: Kind

    /// The place.
    public var place: Place

    /// What decides whether it happens; `nil` if it happens for certain.
    public var doubt: Doubt?

    /// Whether the chain drops all packets but those that it knows.
    public var isUnlessAccepted: Bool

    /// Whether it happens for certain.
    public var isCertain: Bool { doubt == nil }
}

extension Obstacle.Kind {
    /// What a verdict does to the packet; `nil` if it goes on.
    init?(_ verdict: Verdict) {
        switch verdict {
        case .drop: self = .drop(isTold: false)
        case .reject: self = .drop(isTold: true)
        case .queue: self = .queue
        case .translate(let translation): self = .translate(translation)
        case .notrack: self = .notrack
        case .tproxy: self = .tproxy
        case .unknown: self = .unknown
        case .accept, .jump, .goto, .return, .translateSource: return nil
        }
    }
}
