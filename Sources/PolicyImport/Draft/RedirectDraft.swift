public import Diagnostics
public import PolicyModel

/// A redirect that was made from rules of another system.
public struct RedirectDraft: Sendable, Hashable {
    /// The name, unique in its policy.
    public var name = ""

    /// What the operator said of it.
    public var description: String?

    /// The directions.
    public var directions: Set<Direction>

    /// The connections.
    public var match: Match

    /// What is carved out of the match.
    public var exceptions: [Match]

    /// What becomes of them.
    public var decision: Decision

    /// Whether they leave with another source.
    public var masquerade: Masquerade?

    /// Whether it has any effect.
    public var isEnabled = true

    /// The findings of the analysis that are as in the source.
    public var allowed: [DiagnosticCode] = []

    /// What is to be said of it, as comments.
    public var notes: [String] = []

    /// The numbers of the rules that it was made from.
    public var rules: Set<Int>

    /// The rules for sources of which it can't be told whether they hold for it.
    var unsureSources: Set<Int> = []

    /// The same with nothing that tells twins apart.
    var body: RedirectDraft {
        var body = self
        (body.directions, body.match.family, body.match.protocols) = ([], nil, nil)
        (body.description, body.notes, body.rules, body.name) = (nil, [], [], "")
        return body
    }
}

/// A policy made from the rules of another system.
public struct ImportedPolicy: Sendable {
    /// An entry of the policy.
    public enum Entry: Sendable {
        /// What is not taken, or is to be known, as lines of a comment.
        case comment([String])
        /// A redirect.
        case redirect(RedirectDraft)
    }

    /// What was read, as lines of a comment.
    public var head: [String]

    /// The redirects, and between them what was left out.
    public var entries: [Entry]

    /// What is said at the end, as lines of comments.
    public var tail: [[String]]

    /// The rules, by their numbers.
    let written: [WrittenRule]

    /// The numbers of the rules that are in the policy without being a redirect, such as jumps.
    let followed: Set<Int>

    init(
        head: [String],
        entries: [Entry],
        tail: [[String]] = [],
        written: [WrittenRule],
        followed: Set<Int> = []
    ) {
        (self.head, self.entries, self.tail) = (head, entries, tail)
        (self.written, self.followed) = (written, followed)
        nameRedirects()
    }

    /// How many rules there were.
    public var total: Int { written.count }

    /// How many rules were taken.
    public var taken: Int {
        var taken = followed
        for case .redirect(let draft) in entries { taken.formUnion(draft.rules) }
        return taken.count
    }

    /// Makes a comment of a redirect that a policy can't have.
    public mutating func leaveOut(entry: Int, because reason: String) {
        guard case .redirect(let draft) = entries[entry] else { return }
        let quotations = draft.rules.sorted().prefix(3).map { written[$0].quotation }
        entries[entry] = .comment(
            ["left out, \(quotations.joined(separator: " | "))", "  \(reason.inComment)"]
        )
    }

    /// How many rules were taken, and where the others are.
    public var summary: String {
        let (taken, left) = (taken, total - taken)
        let rules = total == 1 ? "rule" : "rules"
        guard left > 0 else {
            return total == 0 ? "there are no rules to take" : "took \(total) of \(total) \(rules)"
        }
        return "took \(taken) of \(total) \(rules); \(left) "
            + (left == 1 ? "is explained in a comment" : "are explained in comments")
    }
}
