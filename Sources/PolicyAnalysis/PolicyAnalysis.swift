public import Diagnostics
public import PolicyModel

/// What is worth an operator's attention in a policy that is valid.
///
/// The connection that a finding shows was checked by the reference interpreter. Policies are read in order:
/// each redirect is asked what the earlier ones leave it.
public struct PolicyAnalysis: Sendable {
    /// The findings, by place; of each kind at most ``mostOfAKind``.
    public private(set) var findings: [Diagnostic] = []

    /// How many there are of each kind.
    public private(set) var totals: [DiagnosticCode: Int] = [:]

    /// How many are counted and not listed.
    public var unlisted: Int { totals.values.reduce(0, +) - findings.count }

    /// The names of the redirects that are enabled and decide no connection, in the policy's order.
    public private(set) var neverMatching: [String] = []

    /// How many findings of a kind are listed.
    public static let mostOfAKind = 100

    /// Analyses a policy.
    public init(of policy: Policy) { self.init(of: policy, budget: DecidingRedirects.usualBudget) }

    init(of policy: Policy, budget: Int) {
        var analyzer = Analyzer(policy, budget: budget)
        analyzer.run()
        totals = analyzer.list.totals
        findings = analyzer.list.sorted
        neverMatching = analyzer.neverMatching
    }
}

/// One analysis under way.
struct Analyzer {
    let policy: Policy
    let space: PacketSpace
    var earlier: DecidingRedirects

    /// A packet that each redirect decides; `nil` if it decides none, or that could not be said.
    var decided: [Point?] = []

    /// A packet of another machine for another one that each of some redirects decides.
    var transit: [Int: Point] = [:]

    /// The names of those that are enabled and decide none.
    var neverMatching: [String] = []

    /// How many comparisons may still be made to find out what tells connections of a program apart.
    var comparisonsLeft = 1_000_000

    /// The redirects of which it could not be said, because the budget was used up.
    var undecided: Set<Int> = []

    /// What was found.
    let list = FindingList()

    /// The redirects that ask who opens a connection, or for its mark.
    let tellingApart: [Int]

    init(_ policy: Policy, budget: Int) {
        self.policy = policy
        tellingApart = policy.redirects.indices.filter { index in
            let match = policy.redirects[index].match
            return match.users != nil || match.groups != nil || match.cgroups != nil
                || match.mark != nil
        }
        earlier = DecidingRedirects(budget: budget)
        space = PacketSpace([policy])
    }

    /// Notes that the budget was used up at a redirect.
    mutating func giveUp(on redirect: Int) { undecided.insert(redirect) }

    /// Whether a redirect decides any connection.
    func isReached(_ redirect: Int) -> Bool { decided[redirect] != nil }

    mutating func run() {
        for index in policy.redirects.indices { examineReach(of: index) }
        for index in policy.redirects.indices where isReached(index) { examineTarget(of: index) }
        examineOverlaps()
        examineAllowances()
        if let first = undecided.min() {
            list.report(
                .analysisIncomplete,
                about: policy.redirects[first],
                "\(undecided.count) of \(policy.redirects.count) redirects overlap others in so many "
                    + "ways that they were not analysed to the end",
                at: .init(policy.redirects[first].span, "the first is this one")
            )
        }
    }
}

extension Analyzer {
    /// An `allow` that silences nothing is an old one, or stands at the wrong redirect.
    private func examineAllowances() {
        for (index, redirect) in policy.redirects.enumerated()
        where !redirect.allowed.isEmpty && redirect.isEnabled && !undecided.contains(index) {
            for entry in redirect.allowed
            where list.accepted[redirect.name]?.contains(entry.code) != true {
                list.report(
                    .unusedAllow,
                    about: redirect,
                    "nothing is found about `\(redirect.name)` that `\(entry.code.rawValue)` would allow",
                    at: .init(entry.span, "this allows nothing"),
                    help: "delete it"
                )
            }
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

    /// The findings that were accepted, by the name of their redirect.
    private(set) var accepted: [String: Set<DiagnosticCode>] = [:]

    /// Whether further findings of a kind are only counted.
    func isFull(_ code: DiagnosticCode) -> Bool {
        totals[code, default: 0] >= PolicyAnalysis.mostOfAKind
    }

    /// Adds a finding, unless its redirect accepts it; it is made only if it is listed.
    func report(
        _ code: DiagnosticCode,
        about redirect: Redirect,
        _ message: @autoclosure () -> String,
        at primary: @autoclosure () -> Diagnostic.Label,
        related: @autoclosure () -> [Diagnostic.Label] = [],
        help: @autoclosure () -> String? = nil,
        witness: @autoclosure () -> Witness? = nil
    ) {
        guard !redirect.allowed.contains(where: { $0.code == code }) else {
            accepted[redirect.name, default: []].insert(code)
            return
        }
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
