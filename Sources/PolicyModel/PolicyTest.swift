public import Addressing
public import Diagnostics

/// An entry of `tests`: a connection, and what the policy should make of it.
public struct PolicyTest: Sendable {
    /// What becomes of a connection.
    public enum Outcome: Sendable, Hashable {
        /// It goes where it was sent.
        case unchanged
        /// It goes to an address and a port.
        case address(IPAddress, Port)
        /// It goes to this machine, on a port.
        case local(Port)
    }

    /// What becomes of a connection's source address.
    public enum Source: Sendable, Hashable {
        /// It stays.
        case kept
        /// It becomes an address of this machine, whichever.
        case masqueraded
        /// It becomes this address.
        case address(IPAddress)
    }

    /// Which redirect decides a connection.
    public enum Decider: Sendable, Hashable {
        /// The one of this name.
        case redirect(String)
        /// None.
        case noRedirect
    }

    /// What it is about.
    public var name: String?

    /// The connection.
    public var connection: Connection

    /// What may become of it: any of these; never empty.
    public var outcomes: [Outcome]

    /// What must become of its source; `nil` if that does not matter.
    public var source: Source?

    /// Which redirect must decide it; `nil` if that does not matter.
    public var decider: Decider?

    /// Where its connection stands in the policy's text.
    public var span: SourceSpan

    /// Creates a test.
    public init(
        name: String? = nil,
        connection: Connection,
        outcomes: [Outcome],
        source: Source? = nil,
        decider: Decider? = nil,
        span: SourceSpan
    ) {
        self.name = name
        self.connection = connection
        self.outcomes = outcomes
        self.source = source
        self.decider = decider
        self.span = span
    }
}
