public import Addressing

/// Where a redirected connection goes.
public enum Target: Sendable, Hashable {
    /// The port changes, the address stays.
    case port(Port)
    /// The address changes; the port too where one is given.
    case address(IPAddress, port: Port?)
    /// This machine, on the given port or on the one the connection was sent to.
    ///
    /// Inbound that is the address of the interface it arrived on, outbound 127.0.0.1 or ::1.
    case local(port: Port?)

    /// The port that the target sets, if it sets one.
    public var port: Port? {
        switch self {
        case .port(let port): port
        case .address(_, let port), .local(let port): port
        }
    }

    /// The families of connections that the target can take.
    public var families: Set<IPFamily> {
        switch self {
        case .address(let address, _): [address.family]
        case .port, .local: Set(IPFamily.allCases)
        }
    }
}
