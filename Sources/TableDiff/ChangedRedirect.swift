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

    /// What reads differently in the kernel, in a policy's words, and the lists of which a few
    /// elements differ.
    ///
    /// Both are empty where the words are the same, or can't say it: then the rules themselves must.
    public var differences: (words: [String], lists: [ListChange]) {
        guard let view = RedirectView(wanted), let liveView = RedirectView(live) else {
            return ([], [])
        }
        let entries = (RedirectView.entries(of: wanted), RedirectView.entries(of: live))
        let source = ListChanges.source(wanted: entries.0, live: entries.1)
        let destination = ListChanges.destination(wanted: entries.0, live: entries.1)
        let exceptions = ListChanges.exceptions(
            wanted: RedirectView.exceptionSelectors(of: wanted),
            live: RedirectView.exceptionSelectors(of: live)
        )
        let words = view.differences(
            from: liveView,
            showsSource: source == nil,
            showsDestination: destination == nil,
            showsExceptions: exceptions == nil
        )
        return (words, [source, destination, exceptions].compactMap(\.self).flatMap(\.self))
    }

    /// Whether the kernel has rules for it, and no packet gets to any of them.
    public var isUnreached: Bool { !live.isEmpty && live.allSatisfy { $0.hook == nil } }

    /// The wanted rules that the kernel lacks; one that is to be there twice can be lacking once.
    public var missingRules: [PlacedRule] { wanted.removing(live) }

    /// The rules that the kernel has beyond the wanted ones; one of two that are equal is such a rule.
    public var surplusRules: [PlacedRule] { live.removing(wanted) }
}

extension Array where Element: Hashable {
    /// The elements without one equal element for each of the others.
    public func removing(_ others: [Element]) -> [Element] {
        var counts: [Element: Int] = [:]
        for other in others { counts[other, default: 0] += 1 }
        return filter { rule in
            guard let count = counts[rule], count > 0 else { return true }
            counts[rule] = count - 1
            return false
        }
    }
}
