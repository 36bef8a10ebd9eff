public import Addressing

/// Where a redirected connection goes.
public enum Target: Sendable, Hashable {
    /// The port changes, the address stays.
    case port(NewPort)
    /// The address changes; the port too if one is given.
    case address(IPAddress, port: NewPort?)
    /// This machine, on the given port or on the one the connection was sent to.
    ///
    /// Inbound that is the address of the interface it arrived on, outbound 127.0.0.1 or ::1.
    case local(port: NewPort?)

    /// What becomes of the port; `nil` if it stays.
    public var port: NewPort? {
        switch self {
        case .port(let port): port
        case .address(_, let port), .local(let port): port
        }
    }

    /// The address that it sets; `nil` if it sets none.
    public var address: IPAddress? {
        if case .address(let address, _) = self { address } else { nil }
    }

    /// Whether it is this machine.
    public var isLocal: Bool {
        if case .local = self { true } else { false }
    }

    /// The families of connections that the target can take.
    public var families: Set<IPFamily> { IPFamily.all { allows($0) } }

    /// Whether it can take connections of a family.
    func allows(_ family: IPFamily) -> Bool { address.map { $0.family == family } ?? true }
}

/// What a redirect makes of a connection's destination port.
public enum NewPort: Sendable, Hashable {
    /// The same port for all.
    case one(Port)
    /// Each port of a range to its partner in another.
    case shift(PortShift)

    /// The ports that connections can have afterwards.
    public var ports: PortSet {
        switch self {
        case .one(let port): PortSet(port...port)
        case .shift(let shift): PortSet(shift.destination)
        }
    }
}
