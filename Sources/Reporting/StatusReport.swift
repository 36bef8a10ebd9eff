public import GenerationModel
public import PolicyModel
public import RulesetModel
import TableDiff

/// Which redirects a status lists, and in which order.
public struct StatusSelection: Sendable {
    /// What redirects are sorted by.
    public enum Order: String, Sendable, CaseIterable {
        /// By name.
        case name
        /// Those with the most connections first.
        case connections
        /// Those with the most bytes first.
        case bytes
    }

    private let isWanted: @Sendable (String) -> Bool
    private let order: Order?
    private let most: Int

    /// Creates a selection; without arguments, of all redirects in the order of the policy.
    ///
    /// - Parameters:
    ///   - order: What they are sorted by; `nil` for the order of the policy.
    ///   - most: How many are listed.
    ///   - isWanted: Which ones are listed, by their names.
    public init(
        sortedBy order: Order? = nil,
        atMost most: Int = .max,
        where isWanted: @escaping @Sendable (String) -> Bool = { _ in true }
    ) {
        self.order = order
        self.most = most
        self.isWanted = isWanted
    }

    /// The first entries of those that are wanted, and how many these are.
    fileprivate func first(of entries: [StatusReport.Entry]) -> ([StatusReport.Entry], Int) {
        let wanted = entries.filter { isWanted($0.name) }
        // Entries that are equal keep the order of the policy.
        func sorted(_ comesFirst: (StatusReport.Entry, StatusReport.Entry) -> Bool)
            -> [StatusReport.Entry]
        {
            wanted.enumerated().sorted { one, other in
                if comesFirst(one.element, other.element) { return true }
                return !comesFirst(other.element, one.element) && one.offset < other.offset
            }.map(\.element)
        }
        let ordered =
            switch order {
            case nil: wanted
            case .name: sorted { $0.name < $1.name }
            case .connections: sorted { $0.count?.packets ?? 0 > $1.count?.packets ?? 0 }
            case .bytes: sorted { $0.count?.bytes ?? 0 > $1.count?.bytes ?? 0 }
            }
        return (Array(ordered.prefix(most)), wanted.count)
    }
}

/// The live redirects with their counters.
public struct StatusReport: Sendable {
    /// A redirect with what it has counted.
    public struct Row: Sendable {
        let redirect: String
        let rules: [PlacedRule]
        let connections: UInt64?
        let bytes: UInt64?

        /// What the policy says of it.
        let description: String?

        /// `false` for a redirect that the policy has switched off; otherwise `nil`.
        let enabled: Bool?

        /// The redirect in a policy's words; `nil` if its rules don't make up one.
        var view: RedirectView? { RedirectView(rules) }
    }

    /// A redirect before it is put into words.
    fileprivate struct Entry {
        let name: String
        var rules: [PlacedRule] = []
        var count: PacketCount?
        var isEnabled = true
    }

    /// The table compared with the current generation.
    public let reading: TableCheck

    /// The redirects that are listed.
    public let redirects: [Row]

    /// How many redirects there are of those that were asked for.
    public let total: Int

    /// The connections that a draining table waits for; `nil` if it does not drain.
    public let draining: DrainingReport?

    /// Creates a report with the redirects of a table; `nil` has none.
    ///
    /// - Parameters:
    ///   - reading: The table compared with the current generation.
    ///   - table: The table whose redirects are in effect.
    ///   - policy: The policy that is in effect, for the order, the descriptions and the redirects that
    ///     are switched off; `nil` if it was not read.
    ///   - selection: Which redirects are listed.
    ///   - draining: The connections that a draining table waits for.
    public init(
        _ reading: TableCheck,
        redirectsOf table: LiveTable?,
        policy: Policy? = nil,
        selecting selection: StatusSelection = StatusSelection(),
        draining: DrainingReport?
    ) {
        self.reading = reading
        self.draining = draining
        let counts = RedirectCounts(table)
        var entries = RedirectView.redirects(in: table).map { name, rules in
            Entry(name: name, rules: rules, count: counts.count(of: name, rules))
        }
        let known = policy?.redirects ?? []
        if table != nil {
            let live = Set(entries.map(\.name))
            entries += known.filter { !$0.isEnabled && !live.contains($0.name) }
                .map { Entry(name: $0.name, isEnabled: false) }
        }
        if policy != nil {
            entries = PolicyOrder(known.map(\.name)).sorted(entries, by: \.name)
        }
        let (listed, total) = selection.first(of: entries)
        self.total = total
        let descriptions = Dictionary(known.map { ($0.name, $0.description) }) { first, _ in first }
        redirects = listed.map { entry in
            Row(
                redirect: entry.name,
                rules: entry.rules,
                connections: entry.count?.packets,
                bytes: entry.count?.bytes,
                description: descriptions[entry.name] ?? nil,
                enabled: entry.isEnabled ? nil : false
            )
        }
    }

    /// When the generation in effect was applied or tried out, in seconds since 1970, UTC; `nil` if
    /// there is none.
    ///
    /// Redirects that it did not change have counted longer.
    var since: Int? { reading.trial?.trial.started ?? reading.generation?.time }
}
