/// Findings, each with all redirects that it is about.
public struct FindingList: Sendable {
    /// How many findings are kept.
    public static let most = 1000

    /// The first findings, in the order in which they were found.
    public private(set) var findings: [HostFinding] = []

    /// How many findings there are.
    public private(set) var count = 0

    private var places: [Key: Int] = [:]

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
    ///   - words: Makes the sentence and the remedy.
    public mutating func add(
        _ code: HostFinding.Code,
        _ certainty: HostFinding.Certainty,
        of redirect: String?,
        about subject: String,
        _ words: () -> (sentence: String, remedy: HostFinding.Remedy?)
    ) {
        let key = Key(code: code, certainty: certainty, subject: subject)
        if let place = places[key] {
            if let redirect, place < findings.count, findings[place].redirects.last != redirect {
                findings[place].redirects.append(redirect)
            }
            return
        }
        places[key] = count
        count += 1
        guard findings.count < Self.most else { return }
        let (sentence, remedy) = words()
        let redirects = redirect.map { [$0] } ?? []
        findings.append(HostFinding(code, certainty, of: redirects, sentence, remedy: remedy))
    }

    /// Adds findings that are complete.
    public mutating func add(_ others: [HostFinding]) {
        count += others.count
        findings += others.prefix(max(0, Self.most - findings.count))
    }
}
