import RulesetModel

/// What becomes of one redirect between the kernel's table and the wanted ruleset.
public struct RedirectChange: Sendable, Hashable {
    /// The kinds of change.
    public enum Kind: String, Sendable, Hashable, Encodable {
        /// The kernel has nothing of it.
        case add
        /// The kernel has it, but not as wanted.
        case change
        /// The kernel has it as wanted, but in another place of the order.
        case move
        /// The kernel has it, and it is not wanted.
        case remove
    }

    /// The redirect's name.
    public let name: String

    /// All rules it should have.
    public let wanted: [PlacedRule]

    /// All rules the kernel has for it.
    public let live: [PlacedRule]

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

    /// What becomes of it.
    public var kind: Kind {
        if live.isEmpty { return .add }
        if wanted.isEmpty { return .remove }
        return missingRules.isEmpty && surplusRules.isEmpty ? .move : .change
    }
}

extension [PlacedRule] {
    /// What remains when each of the others takes one that is equal to it away.
    fileprivate func removing(_ others: [PlacedRule]) -> [PlacedRule] {
        var counts: [PlacedRule: Int] = [:]
        for other in others { counts[other, default: 0] += 1 }
        return filter { rule in
            guard let count = counts[rule], count > 0 else { return true }
            counts[rule] = count - 1
            return false
        }
    }
}
