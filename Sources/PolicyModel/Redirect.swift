public import Addressing
public import Diagnostics

/// One entry of a policy: connections that match go to the target.
///
/// Wider than nftables' own `redirect`, which is only the target ``Target/local(port:)``.
public struct Redirect: Sendable {
    /// The name, unique in its policy: `^[a-z0-9][a-z0-9._-]{0,62}$`.
    public var name: String

    /// What the operator says of it.
    public var description: String?

    /// The directions it applies to; never empty.
    public var directions: Set<Direction>

    /// The connections it is about.
    public var match: Match

    /// What is carved out of the match; later redirects may still decide it.
    public var exceptions: [Match]

    /// What becomes of them.
    public var decision: Decision

    /// Whether they leave with an address of this machine as their source.
    public var masquerade: Masquerade?

    /// The line in a log that each of them gives.
    public var log: PacketLog?

    /// Whether it has any effect.
    public var isEnabled: Bool

    /// The findings of the analysis that the operator has accepted for it.
    public var allowed: [AllowedFinding]

    /// Where its name stands in the policy's text.
    public var span: SourceSpan

    /// Creates a redirect.
    public init(
        name: String,
        description: String? = nil,
        directions: Set<Direction>,
        match: Match,
        exceptions: [Match] = [],
        decision: Decision,
        masquerade: Masquerade? = nil,
        log: PacketLog? = nil,
        isEnabled: Bool = true,
        allowed: [AllowedFinding] = [],
        span: SourceSpan
    ) {
        self.name = name
        self.description = description
        self.directions = directions
        self.match = match
        self.exceptions = exceptions
        self.decision = decision
        self.masquerade = masquerade
        self.log = log
        self.isEnabled = isEnabled
        self.allowed = allowed
        self.span = span
    }

    /// The families of connections it can decide: those of its match that its decision can take.
    public var families: Set<IPFamily> {
        IPFamily.all { match.allows($0) && decision.allows($0) }
    }
}

/// An entry of `allow`: a kind of finding that is not reported about a redirect.
public struct AllowedFinding: Sendable, Hashable {
    /// The kind; one of ``Diagnostics/DiagnosticCode/ofAnalysis``.
    public var code: DiagnosticCode

    /// Where it stands in the policy's text.
    public var span: SourceSpan

    /// Creates an entry.
    public init(code: DiagnosticCode, span: SourceSpan) {
        self.code = code
        self.span = span
    }
}
