/// What an operator wants: which connections go where.
///
/// NAT decides once, on a connection's first packet. For each direction the redirects are tried in
/// order; the first that matches decides, and a connection that none matches is left alone.
public struct Policy: Sendable {
    /// What holds for the policy as a whole.
    public var settings: Settings

    /// The redirects, in the order in which they are tried.
    public var redirects: [Redirect]

    /// What its author expects of it.
    public var tests: [PolicyTest]

    /// Creates a policy.
    public init(
        settings: Settings = Settings(),
        redirects: [Redirect] = [],
        tests: [PolicyTest] = []
    ) {
        self.settings = settings
        self.redirects = redirects
        self.tests = tests
    }
}
