public import PolicyModel

/// The connections that two policies send to different places.
///
/// Names, descriptions, log lines and counters do not count. Of connections that are shared among several
/// targets, the targets and their weights count, and for `source-hash`, which gives each client a target of its
/// own, their order, too.
public struct PolicyComparison: Sendable {
    /// Connections that went to one place, and go to another.
    ///
    /// All of them have the same deciding redirects in both policies.
    public struct Change: Sendable {
        /// The redirect that decided them; `nil` if none matched.
        public let old: Redirect?

        /// The redirect that decides them now; `nil` if none matches.
        public let new: Redirect?

        /// Where they went.
        public let oldFate: Fate

        /// Where they go now.
        public let newFate: Fate

        /// One of them, checked by the reference interpreter; `nil` if one of its names has no example.
        public let example: Example?
    }

    /// A connection that changes.
    public struct Example: Sendable {
        /// Its first packet.
        public let packet: FirstPacket

        /// The connection as a policy writes it.
        ///
        /// `nil` for what a policy can't write: a protocol without ports, or what the kernel itself sends.
        public let connection: Connection?

        /// Whether the connection shows the change only if its destination is an address of this machine,
        /// which it does not say.
        public var isOnThisMachine: Bool { connection?.isOnlyLocally(packet) ?? false }

        /// What the old policy makes of it.
        public let old: Outcome

        /// What the new policy makes of it.
        public let new: Outcome
    }

    /// The first changes, in the order of the new policy; what no redirect decides any more comes last.
    public private(set) var changes: [Change] = []

    /// How many changes there are.
    public private(set) var total = 0

    /// The names of redirects of which not all connections were compared: it would have taken too long.
    public private(set) var undecided: [String] = []

    /// Whether no connection changes.
    public var isEmpty: Bool { total == 0 && undecided.isEmpty }

    /// Compares two policies.
    ///
    /// - Parameters:
    ///   - old: The policy that was in effect.
    ///   - new: The policy that replaces it.
    ///   - limit: How many changes are listed; all are counted.
    public init(old: Policy, new: Policy, atMost limit: Int = 1000) {
        var comparer = Comparer(old.redirects, new.redirects)
        comparer.run()
        changes = comparer.changes(atMost: limit)
        var names: Set<String> = []
        undecided = comparer.undecided.filter { names.insert($0).inserted }
        total = comparer.found.count - (min(comparer.found.count, limit) - changes.count)
    }
}
