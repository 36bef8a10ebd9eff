public import Addressing

/// Where a redirected connection goes.
public enum Target: Sendable, Hashable {
    /// The port changes, the address stays.
    case port(NewPort)
    /// The address changes; the port too if one is given.
    case address(IPAddress, port: NewPort?)
    /// The address becomes the one at its position in another prefix, and the port stays.
    ///
    /// The match names one destination, which is the move's origin.
    case prefix(PrefixMove)
    /// This machine, on the given port or on the one the connection was sent to.
    ///
    /// Inbound that is the address of the interface it arrived on, outbound 127.0.0.1 or ::1.
    case local(port: NewPort?)

    /// What becomes of the port; `nil` if it stays.
    public var port: NewPort? {
        switch self {
        case .port(let port): port
        case .address(_, let port), .local(let port): port
        case .prefix: nil
        }
    }

    /// The address that it sets for all connections; `nil` if there is none.
    public var address: IPAddress? {
        if case .address(let address, _) = self { address } else { nil }
    }

    /// How it moves a prefix, if it does.
    public var move: PrefixMove? {
        if case .prefix(let move) = self { move } else { nil }
    }

    /// The addresses that it sets; `nil` if it keeps the address, or is this machine.
    public var addresses: AddressRange? {
        switch self {
        case .address(let address, _): AddressRange(address)
        case .prefix(let move): move.destination
        case .port, .local: nil
        }
    }

    /// The address that a connection to an address gets; `nil` if it keeps it, or goes to this machine.
    public func address(for destination: IPAddress) -> IPAddress? {
        switch self {
        case .address(let address, _): address
        case .prefix(let move): move(destination)
        case .port, .local: nil
        }
    }

    /// Whether it is this machine.
    public var isLocal: Bool {
        if case .local = self { true } else { false }
    }

    /// The families of connections that the target can take.
    public var families: Set<IPFamily> { IPFamily.all { allows($0) } }

    /// Whether it can take connections of a family.
    func allows(_ family: IPFamily) -> Bool { addresses.map { $0.family == family } ?? true }
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
