internal import Addressing
public import HostState
public import OtherTables
public import PolicyModel

extension Diagnosis {
    /// Examines what the tables of other programs do with the connections of a policy.
    public mutating func examine(_ policy: Policy, through firewall: Firewall, on host: some Host) {
        var check = TableCheck(firewall, priority: policy.settings.priority)
        check.examine(policy, on: host, &findings)
        unexaminedRedirects = check.unexamined
    }
}

/// Finds out whether other tables keep redirected connections from arriving.
///
/// Redirects whose connections are alike for other tables are examined once.
struct TableCheck {
    private let firewall: Firewall
    private let priority: Int32

    /// How many redirects could not be examined, because the rules would take too long.
    private(set) var unexamined = 0

    /// How many rules may still be executed.
    private var budget = mostRules

    /// The obstacles of connections, by their kind.
    private var known: [SampleConnection.Kind: [Passage.Step]] = [:]

    /// A way through the hooks takes as long as this many rules.
    private static let rulesPerPassage = 10

    /// A rule takes about a microsecond.
    private static let mostRules = 500_000

    /// The part of the way that is examined; all of it if it is `nil`.
    private let stages: Set<Passage.Stage>?

    init(_ firewall: Firewall, priority: Int32, _ stages: Set<Passage.Stage>? = nil) {
        self.firewall = firewall
        self.priority = priority
        self.stages = stages
    }

    /// Examines all redirects of a policy.
    mutating func examine(_ policy: Policy, on host: some Host, _ findings: inout FindingList) {
        guard firewall.hasChains else { return }
        for redirect in policy.redirects {
            let before = unexamined
            for destination in Destination.targets(of: redirect).joined() where unexamined == before
            {
                examine(destination, on: host, &findings)
            }
        }
    }

    /// Examines one place.
    private mutating func examine(
        _ destination: Destination,
        on host: some Host,
        _ findings: inout FindingList
    ) {
        let samples = SampleConnection.all(of: destination, on: host)
        for transport in Set(samples.map(\.transport)).sorted() {
            let alike = samples.filter { $0.transport == transport }
            var found: [Passage.Step: (sample: SampleConnection, count: Int)] = [:]
            var order: [Passage.Step] = []
            for sample in alike {
                guard let steps = steps(of: sample) else {
                    unexamined += 1
                    return
                }
                for step in steps {
                    if found[step] == nil { order.append(step) }
                    found[step, default: (sample, 0)].count += 1
                }
            }
            if stages?.contains(.after) ?? true {
                examinePort(of: alike, destination, on: host, &findings)
            }
            for step in order {
                guard let (sample, count) = found[step] else { continue }
                let ends = destination.commonEnds(of: alike)
                var words = ObstacleWords(step, sample, ends, priority: priority)
                if count < alike.count {
                    words.restrict(to: alike.filter { steps(of: $0)?.contains(step) ?? false })
                }
                findings.add(
                    words.code,
                    words.certainty,
                    of: destination.redirect.name,
                    about: words.subject,
                    choosing: words.remedies
                ) {
                    (words.sentence, words.remedies[0])
                }
            }
        }
    }

    private mutating func examinePort(
        of samples: [SampleConnection],
        _ destination: Destination,
        on host: some Host,
        _ findings: inout FindingList
    ) {
        guard firewall.hasNAT else { return }
        // A rule that publishes a port may exempt some interfaces.
        for sample in samples {
            let port = PublishedPort(of: sample, in: firewall, on: host, budget: &budget)
            guard let port else { continue }
            port.report(of: destination.redirect.name, &findings)
            return
        }
    }

    /// The obstacles of a connection; `nil` if they can't be found in reasonable time.
    private mutating func steps(of sample: SampleConnection) -> [Passage.Step]? {
        let kind = SampleConnection.Kind(sample, firewall)
        if let steps = known[kind] { return steps }
        guard let steps = follow(sample) else { return nil }
        known[kind] = steps
        return steps
    }

    private mutating func follow(_ sample: SampleConnection) -> [Passage.Step]? {
        guard budget > 0 else { return nil }
        let passage = Passage(of: sample, through: firewall, priority: priority, budget: budget)
        budget = passage.budget - Self.rulesPerPassage
        guard passage.isComplete else { return nil }
        return passage.steps.filter { stages?.contains($0.stage) ?? true }
    }
}
