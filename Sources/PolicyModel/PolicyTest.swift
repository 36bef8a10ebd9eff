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

    /// What it is about.
    public var name: String?

    /// The connection.
    public var connection: Connection

    /// What may become of it: any of these; never empty.
    public var outcomes: [Outcome]

    /// Where its connection stands in the policy's text.
    public var span: SourceSpan

    /// Creates a test.
    public init(
        name: String? = nil,
        connection: Connection,
        outcomes: [Outcome],
        span: SourceSpan
    ) {
        self.name = name
        self.connection = connection
        self.outcomes = outcomes
        self.span = span
    }
}
