public import Diagnostics
public import PolicyModel

/// What is worth an operator's attention in a policy that is valid.
///
/// Everything that is said is exact, and was checked by the reference interpreter with the connection that is
/// shown. Policies are read in order: each redirect is asked what the earlier ones leave it.
public struct PolicyAnalysis: Sendable {
    /// The findings, by place; of each kind at most ``mostOfAKind``.
    public private(set) var findings: [Diagnostic] = []

    /// How many there are of each kind.
    public private(set) var totals: [DiagnosticCode: Int] = [:]

    /// How many findings of a kind are listed.
    public static let mostOfAKind = 100

    /// Analyses a policy.
    public init(of policy: Policy) {
        var analyzer = Analyzer(policy)
        analyzer.run()
        totals = analyzer.list.totals
        findings = analyzer.list.sorted
    }
}

/// One analysis under way.
struct Analyzer {
    let policy: Policy
    let space: PacketSpace
    var earlier = EarlierRedirects()

    /// Whether a redirect decides any connection.
    var isReached: [Bool] = []

    /// The redirects of which it could not be said, because the budget was used up.
    var undecided: [Int] = []

    /// What was found.
    let list = FindingList()

    init(_ policy: Policy) {
        self.policy = policy
        space = PacketSpace([policy])
    }

    mutating func run() {
        for index in policy.redirects.indices { examineReach(of: index) }
        for index in policy.redirects.indices where isReached[index] { examineTarget(of: index) }
        examineOverlaps()
        if let first = undecided.first {
            list.report(
                .analysisIncomplete,
                "\(undecided.count) of \(policy.redirects.count) redirects overlap others in so many "
                    + "ways that they were not analysed to the end",
                at: .init(policy.redirects[first].span, "the first is this one")
            )
        }
    }
}

/// Findings of one analysis; of each kind only the first are kept, and all are counted.
final class FindingList {
    private var findings: [Diagnostic] = []
    private(set) var totals: [DiagnosticCode: Int] = [:]

    /// The findings by place.
    var sorted: [Diagnostic] {
        findings.sorted { left, right in
            let (a, b) = (left.primary.span, right.primary.span)
            return a == b ? left.code.rawValue < right.code.rawValue : a < b
        }
    }

    /// Adds a finding; it is made only if it is listed.
    func report(
        _ code: DiagnosticCode,
        _ message: @autoclosure () -> String,
        at primary: @autoclosure () -> Diagnostic.Label,
        related: @autoclosure () -> [Diagnostic.Label] = [],
        help: @autoclosure () -> String? = nil,
        witness: @autoclosure () -> Witness? = nil
    ) {
        totals[code, default: 0] += 1
        guard totals[code, default: 0] <= PolicyAnalysis.mostOfAKind else { return }
        findings.append(
            Diagnostic(
                code,
                severity: .warning,
                message(),
                at: primary(),
                related: related(),
                help: help(),
                witness: witness().map { "\($0.connection)" }
            )
        )
    }
}
