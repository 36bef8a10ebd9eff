/// Findings, each with all redirects that it is about.
public struct FindingList: Sendable {
    /// How many findings are kept.
    public static let most = 1000

    /// The first findings, in the order in which they were found.
    public private(set) var findings: [HostFinding] = []

    /// How many findings there are.
    public private(set) var count = 0

    private var places: [Key: Int] = [:]

    /// The remedies that findings can have, from the narrowest to the widest, and which one they have.
    private var choices: [Key: (chosen: Int, remedies: [HostFinding.Remedy?])] = [:]

    private struct Key: Hashable {
        let code: HostFinding.Code
        let certainty: HostFinding.Certainty
        let subject: String
    }

    /// Creates an empty list.
    public init() {}

    /// Adds a redirect to the finding about a subject; the first one makes the finding.
    ///
    /// - Parameters:
    ///   - code: The kind.
    ///   - certainty: How much is certain.
    ///   - redirect: The redirect's name; `nil` for a finding about the whole policy.
    ///   - subject: What tells the finding apart from others of its kind.
    ///   - remedies: Makes the remedies from the narrowest to the widest; the first one is chosen that
    ///     all redirects have in common, or the last one. Empty if the first redirect's remedy stays.
    ///   - words: Makes the sentence and the remedy.
    public mutating func add(
        _ code: HostFinding.Code,
        _ certainty: HostFinding.Certainty,
        of redirect: String?,
        about subject: String,
        choosing remedies: @autoclosure () -> [HostFinding.Remedy?] = [],
        _ words: () -> (sentence: String, remedy: HostFinding.Remedy?)
    ) {
        let key = Key(code: code, certainty: certainty, subject: subject)
        if let place = places[key] {
            if let redirect, place < findings.count, findings[place].redirects.last != redirect {
                findings[place].redirects.append(redirect)
            }
            if place < findings.count { widen(key, place, remedies()) }
            return
        }
        places[key] = count
        count += 1
        guard findings.count < Self.most else { return }
        let (sentence, remedy) = words()
        let choice = remedies()
        if !choice.isEmpty { choices[key] = (0, choice) }
        let redirects = redirect.map { [$0] } ?? []
        findings.append(HostFinding(code, certainty, of: redirects, sentence, remedy: remedy))
    }

    private mutating func widen(
        _ key: Key,
        _ place: Int,
        _ remedies: @autoclosure () -> [HostFinding.Remedy?]
    ) {
        guard let (before, known) = choices[key], before < known.count - 1 else { return }
        let others = remedies()
        var chosen = before
        while chosen < known.count - 1, known[chosen] != others[chosen] { chosen += 1 }
        choices[key] = (chosen, known)
        findings[place].remedy = known[chosen]
    }

    /// Adds findings that are complete.
    public mutating func add(_ others: [HostFinding]) {
        count += others.count
        findings += others.prefix(max(0, Self.most - findings.count))
    }
}
