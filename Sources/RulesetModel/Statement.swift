public import Addressing

/// What a rule does: a NAT statement, a verdict (nft(8), "Statements"), or a line in a log.
public enum Statement: Sendable, Hashable, Codable {
    /// `dnat to :PORT`: the port changes, the address stays.
    case dnatPort(to: PortExpression)
    /// `dnat ip to ADDRESS` or `dnat ip to ADDRESS:PORT`.
    case dnat(to: IPAddress, port: PortExpression?)
    /// `dnat ip prefix to PREFIX`: the address becomes the one at its position in the prefix.
    case dnatPrefix(to: AddressRange)
    /// `dnat ip to KEY map @MAP`: the map has the address, and the port if that changes.
    case dnatMapped(IPFamily, by: Lookup)
    /// `redirect` or `redirect to :PORT`: this machine.
    case redirect(port: PortExpression?)
    /// `masquerade`: the source becomes the address of the interface that the packet leaves by.
    case masquerade
    /// `snat ip to ADDRESS`: the source becomes this address.
    case snat(to: IPAddress)
    /// `ct label set BIT`: the connection gets this label; the next rule is tried.
    case label(ConnectionLabel)
    /// `log`, after a `limit` if it has a rate; the next rule is tried.
    case log(PacketLog)
    /// `accept`: no later rule of the base chain is tried.
    case accept
    /// `drop`: the packet goes nowhere.
    case drop
    /// `return`: back to the rule after the jump.
    case `return`
    /// `jump CHAIN`: its rules come next, and then the rule after this one.
    case jump(to: String)
    /// `KEY vmap @MAP`: what the map has for a connection; if it has nothing, the rule after
    /// this one comes next.
    case verdict(by: Lookup)
    /// `meta nfproto @lease goto CHAIN`: while a trial lives, its rules decide, and no rule after
    /// this one.
    case trial(chain: String)

    /// What gives the new port, if the rule itself says it.
    public var port: PortExpression? {
        switch self {
        case .dnatPort(let port): port
        case .dnat(_, let port), .redirect(let port): port
        case .dnatPrefix, .dnatMapped, .masquerade, .snat, .label, .log, .accept, .drop, .return,
            .jump, .verdict, .trial:
            nil
        }
    }

    /// The look-up that it makes; `nil` if it makes none.
    public var lookup: Lookup? {
        switch self {
        case .dnatMapped(_, let lookup), .verdict(let lookup): lookup
        default: if case .mapped(let lookup)? = port { lookup } else { nil }
        }
    }
}

/// What gives a connection its new port.
public enum PortExpression: Sendable, Hashable, Codable {
    /// The same port for all.
    case port(Port)
    /// What a map has for the connection; if it has nothing, the rule does not apply.
    case mapped(by: Lookup)
}
