import FoundationEssentials

/// How many random policies are tried.
enum RandomRuns {
    /// The seeds of a test's cases; each case has six or eight policies.
    ///
    /// With `REDIRCTL_SEMANTICS=all`, there are about a thousand policies.
    static func seeds(orOnly few: UInt64) -> Range<UInt64> {
        let isLong = ProcessInfo.processInfo.environment["REDIRCTL_SEMANTICS"] == "all"
        return 0..<(isLong ? 125 : few)
    }
}
