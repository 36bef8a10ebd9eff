public import Addressing

/// What becomes of a connection.
public struct Outcome: Sendable {
    /// Where a connection goes.
    public struct Place: Sendable, Hashable {
        /// The host.
        public var host: Connection.Destination

        /// The port, if the connection has ports.
        public var port: Port?

        /// Creates a place.
        public init(host: Connection.Destination, port: Port?) {
            self.host = host
            self.port = port
        }
    }

    /// The redirect that decides; `nil` if none matches.
    public var redirect: Redirect?

    /// Where the connection can go, each place with its weight among the others.
    public var places: [Place: UInt32]

    /// What its source becomes if it leaves this machine for another destination than it had; `nil`
    /// if the source stays.
    public var newSource: Masquerade.Source?

    /// The line in a log that it gives.
    public var log: PacketLog? { redirect?.log }
}
