public import Addressing

/// What becomes of a connection.
public struct Outcome: Sendable {
    /// Where a connection goes.
    public struct Place: Sendable, Hashable {
        /// The host.
        public var host: Connection.Destination

        /// The port, where the connection has ports.
        public var port: Port?

        /// Creates a place.
        public init(host: Connection.Destination, port: Port?) {
            self.host = host
            self.port = port
        }
    }

    /// The redirect that decides; nothing where none matches.
    public var redirect: Redirect?

    /// Where the connection can go, each place with its weight among the others.
    public var places: [Place: UInt32]

    /// Whether the redirect has its source exchanged for an address of this machine, should it leave
    /// the machine for another destination than it had.
    public var isMasqueraded: Bool

    /// The line in a log that it gives.
    public var log: PacketLog? { redirect?.log }
}
