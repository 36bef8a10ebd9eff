public import Addressing

/// What ends a rule: a NAT statement or a verdict (nft(8), "Statements").
public enum Statement: Sendable, Hashable, Codable {
    /// `dnat to :PORT`: the port changes, the address stays.
    case dnatPort(to: Port)
    /// `dnat ip to ADDRESS` or `dnat ip to ADDRESS:PORT`.
    case dnat(to: IPAddress, port: Port?)
    /// `redirect` or `redirect to :PORT`: this machine.
    case redirect(port: Port?)
    /// `accept`: no later rule of the base chain is tried.
    case accept
    /// `return`: back to the rule behind the jump.
    case `return`
    /// `jump CHAIN`: its rules come next, and then the rule behind this one.
    case jump(to: String)
}
