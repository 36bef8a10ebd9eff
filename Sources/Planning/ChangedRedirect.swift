import RulesetModel

/// A redirect that is not as wanted, with all that it consists of.
struct ChangedRedirect {
    let change: RedirectChange

    /// All rules it should have.
    let wanted: [PlacedRule]

    /// All rules the kernel has for it.
    let live: [PlacedRule]

    var name: String { change.name }

    /// What reads differently in the kernel, in a policy's words.
    ///
    /// Empty where the words are the same, or can't say it: then the rules themselves must.
    var differences: [String] {
        guard let wanted = RedirectView(wanted), let live = RedirectView(live) else { return [] }
        return wanted.differences(from: live)
    }

    /// The wanted rules that the kernel lacks; one that is to be there twice can be lacking once.
    var missingRules: [PlacedRule] { wanted.removing(live) }

    /// The rules that the kernel has beyond the wanted ones; one of two that are equal is such a rule.
    var surplusRules: [PlacedRule] { live.removing(wanted) }
}

extension [PlacedRule] {
    /// The first rules, one a line, and how many more there are.
    func lines(_ role: ReportLine.Role, _ prefix: String, atMost limit: Int) -> [ReportLine] {
        self.prefix(limit).map { ReportLine(role, prefix + $0.line) }
            + ReportLine.rest(count - limit, "rule", "rules", indent: 6)
    }

    /// What remains when each of the others takes one that is equal to it away.
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
