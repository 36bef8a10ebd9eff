import RulesetModel

/// A redirect that is not up to date, with its wanted and its live rules.
public struct ChangedRedirect: Sendable {
    /// What changes about it.
    public let change: RedirectChange

    /// All rules it should have.
    public let wanted: [PlacedRule]

    /// All rules the kernel has for it.
    public let live: [PlacedRule]

    /// The redirect's name.
    public var name: String { change.name }

    /// What reads differently in the kernel, in a policy's words.
    ///
    /// Empty where the words are the same, or can't say it: then the rules themselves must.
    public var differences: [String] {
        guard let wanted = RedirectView(wanted), let live = RedirectView(live) else { return [] }
        return wanted.differences(from: live)
    }

    /// The wanted rules that the kernel lacks; one that is to be there twice can be lacking once.
    public var missingRules: [PlacedRule] { wanted.removing(live) }

    /// The rules that the kernel has beyond the wanted ones; one of two that are equal is such a rule.
    public var surplusRules: [PlacedRule] { live.removing(wanted) }
}

extension [PlacedRule] {
    /// The elements without one equal element for each of the others.
    func removing(_ others: [PlacedRule]) -> [PlacedRule] {
        var counts: [PlacedRule: Int] = [:]
        for other in others { counts[other, default: 0] += 1 }
        return filter { rule in
            guard let count = counts[rule], count > 0 else { return true }
            counts[rule] = count - 1
            return false
        }
    }
}
