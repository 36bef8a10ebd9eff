public import Doctor

/// What of a host keeps the redirects of a policy from working.
public struct DoctorReport: Sendable {
    /// The policy as the command names it; `nil` for that of a generation.
    let policy: String?

    /// The number of the generation that has the policy; `nil` for a policy that was given.
    let generation: Int?

    let diagnosis: Diagnosis

    /// The tables of other programs; `nil` if they were not asked for.
    let tables: ExaminedTables?

    /// How many findings are printed.
    let limit: Int

    /// How many redirects are named in one finding.
    static let mostRedirects = 20

    /// Creates a report.
    public init(
        _ diagnosis: Diagnosis,
        of policy: String?,
        generation: Int? = nil,
        tables: ExaminedTables? = nil,
        atMost limit: Int
    ) {
        self.diagnosis = diagnosis
        self.policy = policy
        self.generation = generation
        self.tables = tables
        self.limit = limit
    }

    /// Whether all of other tables could be examined that was to be.
    var isExamined: Bool {
        guard diagnosis.unexaminedRedirects == 0 else { return false }
        return switch tables {
        case nil: true
        case .none?: false
        case .read(_, let unread)?: unread.isEmpty
        }
    }

    /// Whether anything was found.
    public var hasFindings: Bool { diagnosis.findings.count > 0 }
}
