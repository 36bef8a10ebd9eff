public import Addressing
public import Diagnostics

/// What an operator wants: which connections go where.
///
/// NAT decides once, on a connection's first packet. For each direction the redirects are tried in
/// order; the first that matches decides, and a connection that none matches is left alone.
public struct Policy: Sendable {
    /// The settings of the policy as a whole.
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

/// The settings of a policy as a whole.
public struct Settings: Sendable, Hashable {
    /// The name of the dedicated table; its family is always `inet`.
    public var table: String

    /// The priority of the NAT base chains; lower runs first.
    ///
    /// The default lies below `dstnat` (-100), so that these rules decide before those of others.
    public var priority: Int32

    /// The priority of the NAT base chain for sources, if something is masqueraded.
    ///
    /// It lies as far from `srcnat` (100) as ``priority`` lies from `dstnat` (-100).
    public var sourcePriority: Int32 {
        let (sum, isOverflow) = priority.addingReportingOverflow(200)
        return isOverflow ? .max : sum
    }

    /// Whether every redirect counts the connections it decides.
    public var counters: Bool

    /// The bits of connections' labels that carry from a redirect's decision what a connection's source
    /// becomes: the first for the interface's own address, each other one for a chosen address.
    public var labels: ClosedRange<ConnectionLabel>

    /// The most elements that the policy may take in nftables; `nil` for ``Policy/elementLimit``.
    public var maxElements: Int?

    /// The numbers that ``maxElements`` can have.
    public static let validMaxElements = 1...10_000_000

    /// The bits that are used unless the policy names others.
    public static let defaultLabels = ConnectionLabel.highestEight

    /// The connections that no redirect may take elsewhere.
    public var protected: [ProtectedConnection]

    /// The priorities that the kernel accepts for a NAT chain: it must run after connection
    /// tracking, which is at -200 (`nf_tables_api.c`).
    public static let validPriorities: ClosedRange<Int32> = -199...Int32.max

    /// Creates settings; the defaults are those of an empty `settings:`.
    public init(
        table: String = "redirctl",
        priority: Int32 = -105,
        counters: Bool = true,
        labels: ClosedRange<ConnectionLabel> = defaultLabels,
        maxElements: Int? = nil,
        protected: [ProtectedConnection] = []
    ) {
        self.table = table
        self.priority = priority
        self.counters = counters
        self.labels = labels
        self.maxElements = maxElements
        self.protected = protected
    }
}

/// An entry of `protect`: a connection that no redirect may take elsewhere.
public struct ProtectedConnection: Sendable, Hashable {
    /// The connection; what it leaves open may be anything.
    public var connection: Connection

    /// Where it stands in the policy's text.
    public var span: SourceSpan

    /// Creates an entry.
    public init(connection: Connection, span: SourceSpan) {
        self.connection = connection
        self.span = span
    }
}
