public import Diagnostics
public import PolicyCompiler
public import RulesetModel

/// How redirects are laid out over maps and rules.
public struct LayoutReport: Sendable {
    /// A base chain with its layout.
    struct Chain: Sendable {
        let name: String
        let layout: Layout
    }

    let chains: [Chain]

    /// The redirects that decide no connection, because earlier ones decide all of theirs.
    let neverMatching: [String]

    /// Creates a report of the layouts of a ruleset's base chains, in their order.
    public init(_ layouts: [Layout], of ruleset: Ruleset, neverMatching: [String]) {
        chains = zip(layouts, ruleset.chains).map { Chain(name: $1.name, layout: $0) }
        self.neverMatching = neverMatching
    }
}

/// Whether a policy is valid.
public struct ValidationReport {
    /// The policy as the command names it.
    let policy: String

    /// The number of redirects; `nil` if the policy was refused.
    let redirects: Int?

    /// How many of them are disabled.
    let disabled: Int

    /// What was found, in the order of the text.
    public let findings: [Diagnostic]

    /// How many more errors and warnings there are that are not listed.
    let unlisted: (errors: Int, warnings: Int)

    /// The texts that the findings are about.
    public let sources: SourceMap

    /// Whether the policy can be applied, and nothing was found that counts as an error.
    public var isValid: Bool { redirects != nil && !findings.contains { $0.severity == .error } }

    /// Creates a report of a policy; one without a number of redirects was refused.
    public init(
        policy: String,
        redirects: Int? = nil,
        disabled: Int = 0,
        _ findings: [Diagnostic],
        unlisted: (errors: Int, warnings: Int) = (0, 0),
        sources: SourceMap
    ) {
        self.policy = policy
        self.unlisted = unlisted
        self.redirects = redirects
        self.disabled = disabled
        self.findings = findings
        self.sources = sources
    }
}

/// A table that lasts as long as the program.
public struct TemporaryTableReport: Sendable, Encodable {
    let table: String
    let redirects: Int

    /// Creates a report with the number of the table's redirects.
    public init(table: String, redirects: Int) {
        self.table = table
        self.redirects = redirects
    }
}

/// Why a command failed.
public struct FailureReport: Encodable {
    let error: String
    let findings: DiagnosticReport?

    /// Creates a report of an error; a policy that was refused has findings.
    public init(error: String, findings: DiagnosticReport? = nil) {
        self.error = error
        self.findings = findings
    }
}
