/// The findings of one run, collected so that all of them can be reported together.
public struct DiagnosticBag: Sendable {
    private var findings: [Diagnostic] = []

    /// Creates an empty bag.
    public init() {}

    /// Adds a finding.
    public mutating func report(_ finding: Diagnostic) {
        findings.append(finding)
    }

    /// Whether a finding refuses the policy.
    public var hasErrors: Bool { findings.contains { $0.severity == .error } }

    /// The findings by place, then by message; each once.
    public var sorted: [Diagnostic] {
        var seen: Set<Diagnostic> = []
        return
            findings
            .filter { seen.insert($0).inserted }
            .sorted { left, right in
                let (a, b) = (left.primary.span, right.primary.span)
                return (a.source.index, a.start, left.message)
                    < (b.source.index, b.start, right.message)
            }
    }
}
