import PolicyCompiler
import PolicyModel
import RulesetModel

/// One random policy with its ruleset, and connections with what must become of them.
struct PolicyCase {
    let profile: PolicyGenerator.Profile
    let seed: UInt64
    let policy: Policy
    let ruleset: Ruleset

    /// The connections, each with what the language says of it.
    let cases: [(packet: FirstPacket, expected: Effects)]

    /// How many connections each policy is asked about.
    private static let connections = 80

    init(_ profile: PolicyGenerator.Profile, seed: UInt64) {
        self.profile = profile
        self.seed = seed
        var generator = PolicyGenerator(profile, seed: seed)
        let policy = generator.policy()
        self.policy = policy
        ruleset = PolicyCompiler.ruleset(for: policy)
        var connections = ConnectionGenerator(policy, seed: seed)
        cases = connections.connections(Self.connections).map { ($0, policy.effects(on: $0)) }
    }

    /// The cases of some seeds: all profiles in turn, and now and then one that takes its time.
    static func all(_ seeds: Range<UInt64>) -> some Sequence<PolicyCase> {
        let profiles = PolicyGenerator.Profile.allCases.filter { $0 != .many }
        return seeds.lazy.map { seed in
            PolicyCase(seed % 200 == 199 ? .many : profiles[Int(seed) % profiles.count], seed: seed)
        }
    }

    /// Those that every run of the tests tries.
    static let usual = Array(all(0..<200))

    /// The first connection of which a ruleset makes something else than the policy says.
    func disagreement(with ruleset: Ruleset) -> Disagreement? {
        Disagreement.first(of: cases, with: ruleset)
    }

    /// What to tell of a connection: the smallest policy of which the same holds.
    func report(
        on packet: FirstPacket,
        compiledBy compile: (Policy) -> Ruleset? = PolicyCompiler.ruleset
    ) -> String {
        func disagreement(_ policy: Policy) -> Disagreement? {
            compile(policy).flatMap {
                Disagreement.first(of: [(packet, policy.effects(on: packet))], with: $0)
            }
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
