import PolicyCompiler
import PolicyModel
import RulesetModel

/// One random policy, held against what it compiles to.
struct Trial {
    let profile: PolicyGenerator.Profile
    let seed: UInt64
    let policy: Policy

    /// How many connections each policy is asked about.
    static let connections = 120

    init(_ profile: PolicyGenerator.Profile, seed: UInt64) {
        self.profile = profile
        self.seed = seed
        var generator = PolicyGenerator(profile, seed: seed)
        policy = generator.policy()
    }

    /// The trials of a number of seeds, of all profiles in turn.
    static func all(_ seeds: Range<UInt64>) -> some Sequence<Trial> {
        let profiles = PolicyGenerator.Profile.allCases
        return seeds.lazy.map { Trial(profiles[Int($0) % profiles.count], seed: $0) }
    }

    /// The ruleset of the policy.
    var ruleset: Ruleset { PolicyCompiler.ruleset(for: policy) }

    /// The first connection of which a ruleset makes something else than the policy says.
    func disagreement(with ruleset: Ruleset) -> Disagreement? {
        var generator = ConnectionGenerator(policy, seed: seed)
        return Disagreement.first(
            between: policy,
            and: ruleset,
            on: generator.connections(Self.connections)
        )
    }

    /// What to tell of a connection: the smallest policy of which the same holds.
    func report(
        on packet: FirstPacket,
        compiledBy compile: (Policy) -> Ruleset? = PolicyCompiler.ruleset
    ) -> String {
        func disagreement(_ policy: Policy) -> Disagreement? {
            compile(policy).flatMap { .first(between: policy, and: $0, on: [packet]) }
        }
        let policy = policy.shrunk { disagreement($0) != nil }
        return """
            profile \(profile.rawValue), seed \(seed)
            \(disagreement(policy)?.description ?? "")
            by the policy
            \(policy.yaml)
            which is
            \(compile(policy)?.script ?? "nothing")
            """
    }
}
