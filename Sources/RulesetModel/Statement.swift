public import Addressing

/// What a rule does: a NAT statement, a verdict (nft(8), "Statements"), or a line in a log.
public enum Statement: Sendable, Hashable, Codable {
    /// `dnat to :PORT`: the port changes, the address stays.
    case dnatPort(to: PortExpression)
    /// `dnat ip to ADDRESS` or `dnat ip to ADDRESS:PORT`.
    case dnat(to: IPAddress, port: PortExpression?)
    /// `redirect` or `redirect to :PORT`: this machine.
    case redirect(port: PortExpression?)
    /// `masquerade`: the source becomes the address of the interface that the packet leaves by.
    case masquerade
    /// `log`, behind a `limit` where it has a rate; the rule behind it is tried next.
    case log(PacketLog)
    /// `accept`: no later rule of the base chain is tried.
    case accept
    /// `return`: back to the rule behind the jump.
    case `return`
    /// `jump CHAIN`: its rules come next, and then the rule behind this one.
    case jump(to: String)

    /// What gives the new port, where there is one.
    public var port: PortExpression? {
        switch self {
        case .dnatPort(let port): port
        case .dnat(_, let port), .redirect(let port): port
        case .masquerade, .log, .accept, .return, .jump: nil
        }
    }

    /// The map that it looks into, where it does.
    public var map: String? {
        if case .mapped(let map)? = port { map } else { nil }
    }
}

/// What gives a connection its new port.
public enum PortExpression: Sendable, Hashable, Codable {
    /// The same port for all.
    case port(Port)
    /// The ``PortMap`` of this name, asked for the port that the connection was sent to.
    ///
    /// Where the map knows nothing of that port, the rule does not apply.
    case mapped(by: String)
}
