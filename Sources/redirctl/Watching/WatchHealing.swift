import GenerationModel
import Generations
import Reporting

/// Heals a table that is watched, until it is clear that another program undoes it each time.
struct WatchHealing {
    /// How many healings there may be within a period, in milliseconds.
    private static let (most, period) = (3, 60_000)

    private let healer: TableHealer
    private var times: [Int] = []

    /// Who made the drift of the latest healings.
    private(set) var authors = WatchReport.Authors()

    /// Why the last attempt failed; `nil` if it succeeded.
    private(set) var failure: String?

    init(_ healer: TableHealer) { self.healer = healer }

    /// Whether healing again would be fighting.
    func isFight(at now: Int) -> Bool {
        times.count { $0 > now - Self.period } >= Self.most
    }

    /// Heals the table.
    ///
    /// - Returns: What came of it, and whether that took a transaction.
    mutating func heal(
        _ managed: ManagedTable,
        changedBy authors: WatchReport.Authors,
        _ console: Console
    ) -> (report: HealingReport, isOurs: Bool) {
        let report = healer.heal(managed, console)
        let now = managed.now().monotonic
        switch report {
        case .failed(let reason):
            if failure != reason { console.warn("the table was not healed: \(reason)") }
            failure = reason
            return (report, false)
        case .done(let change):
            failure = nil
            if case .nothing(_, _) = change.change { return (report, false) }
            if times.allSatisfy({ $0 <= now - Self.period }) { self.authors = .init() }
            self.authors.add(authors)
            times = times.suffix(Self.most - 1) + [now]
            return (report, true)
        }
    }
}
