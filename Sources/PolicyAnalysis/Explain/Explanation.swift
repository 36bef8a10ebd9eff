public import Addressing
public import PolicyModel

/// What a policy does with a connection, and why.
///
/// What the connection leaves open may be anything. If the outcome depends on it, each possible outcome
/// has its condition, and a connection that shows it and was checked by the reference interpreter.
public struct Explanation: Sendable {
    /// The connection.
    public let connection: Connection

    /// The possible outcomes, in the order of the policy; at most ``mostCases``.
    ///
    /// They are read like `if … else if … else`: the condition of each is for what the earlier ones
    /// leave.
    public private(set) var cases: [Case] = []

    /// How many possible outcomes there are.
    public private(set) var caseCount = 0

    /// Whether every outcome was found.
    public private(set) var isComplete = true

    /// The redirect from which on it was not worked out what becomes of the rest; `nil` if none.
    public private(set) var undecided: Undecided?

    /// What the outcome depends on, and the connection leaves open.
    public private(set) var openKeys: [Match.Key] = []

    /// Redirects that are tried and never decide: the closest ones, in the order of the policy.
    public private(set) var candidates: [Candidate] = []

    /// How many redirects are tried and never decide.
    public private(set) var candidateCount = 0

    /// What else is worth knowing.
    public private(set) var notes: [Note] = []

    /// How many outcomes and candidates are listed.
    public static let mostCases = 20

    /// Explains a connection.
    ///
    /// - Parameters:
    ///   - connection: The connection.
    ///   - policy: The policy that decides it.
    ///   - addresses: Addresses that are known to be this machine's. Others may be its own all the same.
    public init(
        of connection: Connection,
        by policy: Policy,
        knowing addresses: Set<IPAddress> = []
    ) {
        self.connection = connection
        let explainer = Explainer(connection, policy, knowing: addresses)
        isComplete = explainer.partition.rest.isEmpty
        undecided = explainer.undecided
        var isCut = false
        for part in explainer.partition.parts {
            let variants = explainer.variants(of: part)
            for (index, variant) in variants.enumerated() {
                caseCount += 1
                // A later one is only for what this one leaves.
                if !variant.isShown { isCut = true }
                guard !isCut, cases.count < Self.mostCases else { continue }
                let isLast =
                    isComplete && index == variants.count - 1
                    && part.redirect == explainer.partition.parts.last?.redirect
                if let found = explainer.outcome(
                    of: variant,
                    in: part,
                    isFirst: cases.isEmpty,
                    isLast: isLast
                ) {
                    cases.append(found)
                } else {
                    isComplete = false
                    caseCount -= 1
                }
            }
        }
        let keys = Set(cases.flatMap(\.condition.keys))
        openKeys = Match.Key.allCases.filter(keys.contains)
        (candidates, candidateCount) = explainer.candidates(atMost: Self.mostCases)
        notes = explainer.notes(on: cases)
    }
}

extension Explanation {
    /// A possible outcome.
    public struct Case: Sendable {
        /// The redirect that decides; `nil` if none matches.
        public let redirect: Redirect?

        /// When it does.
        public let condition: Condition

        /// Where the connection goes, each place with its weight among the others.
        public let places: [Outcome.Place: UInt32]

        /// What its source becomes if it leaves this machine; `nil` if the source stays.
        public let newSource: Masquerade.Source?

        /// A packet of the connection for which this is the outcome.
        public let packet: FirstPacket

        /// The same as a connection; `nil` for what policies can't write.
        public let witness: Connection?

        /// Whether the witness shows it only if its destination is an address of this machine, which a
        /// connection with that address does not say.
        public var isWitnessOnThisMachine: Bool {
            witness?.isOnlyLocally(packet) ?? false
        }

        /// Whether it goes where it was sent.
        public var isUnchanged: Bool { redirect?.decision.targets.isEmpty ?? true }
    }

    /// When an outcome is that of a connection.
    public struct Condition: Sendable, Hashable {
        /// Whether it is only for connections that the earlier outcomes leave.
        public var isOtherwise = false

        /// What has to be true; nothing else has to be if it is empty.
        public var clauses: [Clause] = []

        /// What must not be true: none of these, each of which means all its clauses together; the
        /// first ones.
        public var exceptions: [[Clause]] = []

        /// How many things must not be true.
        public var exceptionCount = 0

        /// How many of them are listed.
        static let mostExceptions = 8

        /// Whether only connections that the kernel itself opens are left for it.
        public var isOfKernel = false

        /// Whether it holds for every connection.
        public var isEmpty: Bool { !isOtherwise && clauses.isEmpty && exceptions.isEmpty }

        /// The keys that it is about.
        fileprivate var keys: [Match.Key] { (clauses + exceptions.joined()).map(\.key) }
    }

    /// What a policy asks for with one key.
    public struct Clause: Sendable, Hashable {
        /// The key.
        public let key: Match.Key

        /// The first values that it may have, as a policy writes them.
        public let values: [String]

        /// How many values it may have.
        public let count: Int

        /// How many values are listed.
        static let mostValues = 8

        init(_ key: Match.Key, _ values: [String], count: Int? = nil) {
            self.key = key
            self.values = values
            self.count = count ?? values.count
        }

        /// What a match asks for.
        init(_ key: Match.Key, of match: Match) {
            self.init(
                key,
                match.values(of: key, atMost: Self.mostValues),
                count: match.valueCount(of: key)
            )
        }

        /// Whether it asks whether the connection was sent to an address of this machine, and nothing else.
        public var isLocality: Bool { key == .destinationAddress && values == ["local"] }
    }

    /// What was not worked out, because it would take too long.
    public struct Undecided: Sendable {
        /// The first redirect of which it is not known what it decides.
        public let redirect: Redirect

        /// How many of its exceptions may apply, if these are too many; `nil` if there are too many outcomes.
        public let exceptionCount: Int?

        /// What these exceptions ask for, and the connection leaves open.
        public let openKeys: [Match.Key]
    }

    /// A redirect that is tried, and does not decide.
    public struct Candidate: Sendable {
        /// The redirect.
        public let redirect: Redirect

        /// Why it leaves the connection to later ones; never empty.
        public let obstacles: [Obstacle]
    }

    /// Why a redirect does not decide.
    public enum Obstacle: Sendable, Hashable {
        /// It has no effect.
        case disabled
        /// It is about these directions only.
        case direction([Direction])
        /// It asks for something that the connection has not; `found` is what the connection has.
        case key(Clause, found: String?)
        /// None of its targets can take the connection's family.
        case target(IPFamily)
        /// The connection matches this entry of `except`, counted from 1, which asks for these.
        case exception(Int, [Clause])
        /// Its exceptions together leave nothing of the connection.
        case exceptions
        /// What it asks for can't be true of the connection all at once.
        case combination
        /// What it matches is decided by these earlier redirects.
        case decidedBefore([String])
    }

    /// What else is worth knowing about a connection.
    public enum Note: Sendable, Hashable {
        /// It goes to what another redirect matches; NAT decides once.
        case decidedOnce(redirect: String, next: String)
        /// The program at its target is on this machine, and its own connections would be taken, too.
        case ownConnections(redirect: String)
        /// The target `local` is one address of this machine, not the one that it was sent to.
        case localAddress(redirect: String, port: Port)
        /// Whether this address is one of this machine decides, and is not known.
        case mayBeLocal(IPAddress)
    }
}
