public import GenerationModel
public import RulesetModel
import TableDiff

/// What a check found of one table, as numbers.
public struct TableMetrics: Sendable {
    /// What one redirect has counted.
    struct Redirect: Sendable {
        let name: String
        let count: PacketCount
    }

    /// The name of its network namespace among the records.
    let netns: String

    /// The table's name.
    let table: String

    /// How it compares with the current generation; `nil` if it could not be compared.
    let check: TableCheck?

    /// Whether the table differs, and was not healed.
    let isStillDrifted: Bool

    /// When the table was last known to be as applied, and when it was last restored: seconds since 1970,
    /// UTC.
    let lastVerified, lastRestored: Int?

    /// The redirects in effect that count.
    let redirects: [Redirect]

    /// Creates the metrics of a table that was compared, and perhaps healed.
    ///
    /// `live` is the table whose redirects are in effect, after the healing.
    public init(
        _ check: TableCheck,
        _ healing: HealingReport?,
        netns: String,
        redirectsOf live: LiveTable?,
        at now: Timestamp
    ) {
        self.netns = netns
        table = check.table
        self.check = check
        isStillDrifted = check.isStillDrifted(after: healing)
        let healed = healing?.isDone == true ? now.seconds : nil
        lastVerified = healed ?? check.lastVerified
        lastRestored =
            (healing?.isRestoration == true ? healed : nil)
            ?? check.snapshot?.head.restorations?.last?.time
        let counts = RedirectCounts(live)
        redirects = RedirectView.redirects(in: live).compactMap { name, rules in
            counts.count(of: name, rules).map { Redirect(name: name, count: $0) }
        }
    }

    /// Creates the metrics of a table that could not be compared.
    public init(failed table: String, netns: String) {
        (self.netns, self.table) = (netns, table)
        (check, isStillDrifted, redirects) = (nil, false, [])
        (lastVerified, lastRestored) = (nil, nil)
    }
}

/// Why a table is not as applied: the values of the label `reason`.
enum DriftReason: String, CaseIterable {
    case redirectMissing = "redirect_missing"
    case redirectChanged = "redirect_changed"
    case redirectMoved = "redirect_moved"
    case redirectUnwanted = "redirect_unwanted"
    case foreignObject = "foreign_object"
    case tableMissing = "table_missing"
    case tableDormant = "table_dormant"
    case tableChanged = "table_changed"
    case tableUnwanted = "table_unwanted"
    case tableOwned = "table_owned"
    case tableUnrecorded = "table_unrecorded"
    case trialChanged = "trial_changed"
    case trialOverdue = "trial_overdue"

    /// How often this is a reason for which a table differs.
    func count(in check: TableCheck) -> Int {
        let difference: Difference? =
            if case .differs(let found)? = check.drift { found } else { nil }
        func redirects(_ kind: RedirectChange.Kind) -> Int {
            difference?.redirects.count { $0.kind == kind } ?? 0
        }
        func structure(_ isCounted: (StructuralChange) -> Bool) -> Int {
            difference?.structure.count(where: isCounted) ?? 0
        }
        switch self {
        case .redirectMissing: return redirects(.add)
        case .redirectChanged: return redirects(.change)
        case .redirectMoved: return redirects(.move)
        case .redirectUnwanted: return redirects(.remove)
        case .foreignObject: return difference?.foreign.count ?? 0
        case .tableMissing: return structure { $0 == .tableMissing }
        case .tableDormant: return structure { $0 == .tableDormant }
        case .tableChanged: return structure { $0 != .tableMissing && $0 != .tableDormant }
        case .tableUnwanted: return check.drift == .tableIsBack ? 1 : 0
        case .tableOwned: return check.owner == nil ? 0 : 1
        case .tableUnrecorded: return check.isUnrecorded ? 1 : 0
        case .trialChanged: return check.trial?.isDrifted == true ? 1 : 0
        case .trialOverdue: return check.overdueTrial == nil ? 0 : 1
        }
    }
}
