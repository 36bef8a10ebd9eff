public import Diagnostics

/// An entry of `protect`: a connection that no redirect may take elsewhere.
public struct ProtectedConnection: Sendable, Hashable {
    /// The connection; what it leaves open may be anything.
    public var connection: Connection

    /// Where it stands in the policy's text.
    public var place: SourceSpan

    /// Creates an entry.
    public init(connection: Connection, place: SourceSpan) {
        self.connection = connection
        self.place = place
    }
}
