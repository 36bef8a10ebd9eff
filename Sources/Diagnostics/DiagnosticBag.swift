/// The findings of one run, collected so that all of them can be reported together.
public struct DiagnosticBag: Sendable {
    private let limit: Int
    private var findings: [Diagnostic] = []
    private var firstLeftOut: Diagnostic?

    /// Whether a finding refuses the policy.
    public private(set) var hasErrors = false

    /// Creates an empty bag that keeps at most the given number of findings.
    ///
    /// The limit keeps a file full of nonsense from filling memory, and the operator's screen.
    public init(limit: Int = 10_000) {
        self.limit = limit
    }

    /// Adds a finding; one that would change nothing any more is not even made.
    public mutating func report(_ finding: @autoclosure () -> Diagnostic) {
        guard findings.count < limit || firstLeftOut == nil || !hasErrors else { return }
        let finding = finding()
        if finding.severity == .error { hasErrors = true }
        if findings.count < limit {
            findings.append(finding)
        } else if firstLeftOut == nil {
            firstLeftOut = finding
        }
    }

    /// The findings by place, then by message; each once.
    public var sorted: [Diagnostic] {
        var seen: Set<Diagnostic> = []
        return
            (findings + notice)
            .filter { seen.insert($0).inserted }
            .sorted { left, right in
                let (a, b) = (left.primary.span, right.primary.span)
                return (a.source.index, a.start, left.message)
                    < (b.source.index, b.start, right.message)
            }
    }

    private var notice: [Diagnostic] {
        guard let firstLeftOut else { return [] }
        return [
            Diagnostic(
                .tooManyFindings,
                severity: hasErrors ? .error : .warning,
                "more than \(limit) problems; the rest is not listed",
                at: Diagnostic.Label(firstLeftOut.primary.span, "the next one is here"),
                help: "repair those that are listed and run it again"
            )
        ]
    }
}
