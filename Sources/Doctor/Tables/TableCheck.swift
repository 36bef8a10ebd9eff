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
/// Destinations whose connections are alike for other tables are examined once.
struct TableCheck {
    private let priority: Int32

    /// How many redirects could not be examined, because the rules would take too long.
    private(set) var unexamined = 0

    /// The tables, and how many of their rules may still be executed.
    private var examination: Examination

    /// What happens to the connections of destinations, by their kind.
    private var fates: [ConnectionKind: [Fate]] = [:]

    /// A way through the hooks takes as long as this many rules.
    private static let rulesPerPassage = 10

    /// A rule takes about a microsecond.
    private static let mostRules = 500_000

    /// The part of the way that is examined; all of it if it is `nil`.
    private let stages: Set<Passage.Stage>?

    /// What happens to the connections of one protocol.
    private struct Fate {
        let transport: TransportProtocol

        /// The samples whose targets are published, by their places among those of the protocol.
        var published: [(place: Int, port: PublishedPort)] = []

        /// What is in their way.
        var obstacles: [ObstacleWords] = []
    }

    init(_ firewall: Firewall, priority: Int32, _ stages: Set<Passage.Stage>? = nil) {
        examination = Examination(of: firewall, budget: Self.mostRules)
        self.priority = priority
        self.stages = stages
    }

    /// Examines all redirects of a policy.
    mutating func examine(_ policy: Policy, on host: some Host, _ findings: inout FindingList) {
        guard examination.firewall.hasChains else { return }
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
        guard let fates = fates(of: destination, on: host) else {
            unexamined += 1
            return
        }
        let name = destination.redirect.name
        for fate in fates where !fate.published.isEmpty || !fate.obstacles.isEmpty {
            var all: [SampleConnection]?
            func samples() -> [SampleConnection] {
                let samples =
                    all
                    ?? SampleConnection.all(of: destination, on: host)
                    .filter { $0.transport == fate.transport }
                all = samples
                return samples
            }
            // A rule that publishes a port may exempt some interfaces.
            for (place, port) in fate.published {
                let isReported = port.report(samples()[place], of: name, on: host, &findings)
                guard !isReported else { break }
            }
            for words in fate.obstacles {
                findings.add(
                    words.code,
                    words.certainty,
                    of: name,
                    about: words.subject,
                    choosing: words.remedies(for: destination)
                ) {
                    var words = words
                    words.sample = samples()[words.place]
                    return (words.sentence, words.remedies(for: destination)[0])
                }
            }
        }
    }

    /// What happens to the connections of a destination; `nil` if that can't be found out in reasonable
    /// time.
    private mutating func fates(of destination: Destination, on host: some Host) -> [Fate]? {
        // To tell the kinds of destinations apart may take as long again.
        guard examination.budget > -Self.mostRules else { return nil }
        let kind = ConnectionKind(destination, on: host, &examination)
        if let known = fates[kind] { return known }
        let samples = SampleConnection.all(of: destination, on: host)
        var found: [Fate] = []
        for transport in Set(samples.map(\.transport)).sorted() {
            let alike = samples.filter { $0.transport == transport }
            guard let fate = fate(of: alike, transport) else { return nil }
            found.append(fate)
        }
        fates[kind] = found
        return found
    }

    /// What happens to connections that differ only in the interface on which they arrive.
    private mutating func fate(
        of alike: [SampleConnection],
        _ transport: TransportProtocol
    ) -> Fate? {
        var meeting: [Passage.Step: [Int]] = [:]
        var order: [Passage.Step] = []
        var fate = Fate(transport: transport)
        for (place, sample) in alike.enumerated() {
            guard let steps = follow(sample) else { return nil }
            for step in steps {
                if meeting[step] == nil { order.append(step) }
                meeting[step, default: []].append(place)
            }
        }
        if stages?.contains(.after) ?? true, examination.firewall.hasNAT {
            for (place, sample) in alike.enumerated() {
                let port = PublishedPort(of: sample, in: &examination)
                if let port { fate.published.append((place, port)) }
            }
            guard examination.budget > 0 else { return nil }
        }
        for step in order {
            guard let places = meeting[step], let first = places.first else { continue }
            var words = ObstacleWords(step, alike[first], at: first, priority: priority)
            if places.count < alike.count { words.restrict(to: places.map { alike[$0] }) }
            fate.obstacles.append(words)
        }
        return fate
    }

    private mutating func follow(_ sample: SampleConnection) -> [Passage.Step]? {
        guard examination.budget > 0 else { return nil }
        let passage = Passage(of: sample, through: examination, priority: priority)
        examination = passage.examination
        examination.pay(Self.rulesPerPassage)
        guard passage.isComplete else { return nil }
        return passage.steps.filter { stages?.contains($0.stage) ?? true }
    }
}
