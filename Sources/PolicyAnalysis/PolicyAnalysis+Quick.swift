import Diagnostics
public import PolicyModel

extension PolicyAnalysis {
    /// A policy of more boxes is not analysed while somebody waits: overlaps compare all pairs of them.
    private static let mostBoxesToAnalyseQuickly = 1000
    private static let quickBudget = 20_000
    private static let quickComparisons = 20_000

    /// How many findings there are; `nil` for a policy of which that could take longer than a moment.
    public static func quickCount(of policy: Policy) -> Int? {
        let most = mostBoxesToAnalyseQuickly
        guard policy.redirects.count <= most else { return nil }
        let space = PacketSpace([policy])
        var boxes = 0
        for redirect in policy.redirects {
            guard let own = space.boxes(of: redirect, most: most) else { return nil }
            boxes += own.count
            guard boxes <= most else { return nil }
        }
        var analyzer = Analyzer(policy, budget: quickBudget)
        analyzer.comparisonsLeft = quickComparisons
        analyzer.run()
        // That it stopped early is no finding about the policy.
        return analyzer.list.totals.reduce(0) {
            $0 + ($1.key == .analysisIncomplete ? 0 : $1.value)
        }
    }
}
