public import Addressing
public import Nftables
public import PolicyModel
public import RulesetModel

/// The tracked connections that a partly known connection can stand for.
public struct SimilarFlows: Sendable {
    /// The first ones.
    public let first: [Flow]

    /// How many there are.
    public let count: Int

    /// Asks the kernel.
    ///
    /// Connection tracking does not know interfaces, owners and marks, so they are not compared.
    ///
    /// - Parameters:
    ///   - connection: The connection.
    ///   - addresses: The addresses of this machine.
    ///   - limit: How many flows are kept.
    /// - Throws: If the kernel does not tell which connections it tracks.
    public init(
        like connection: Connection,
        machine addresses: Set<IPAddress>,
        atMost limit: Int
    ) throws(KernelError) {
        let flows = try ConnectionTracking.flows { $0.isLike(connection, machine: addresses) }
        first = flows.prefix(limit).map(\.flow)
        count = flows.count
    }
}

extension Flow {
    /// Whether a connection can stand for it.
    func isLike(_ connection: Connection, machine addresses: Set<IPAddress>) -> Bool {
        let isFromHere = client.address.isLocal(among: addresses)
        let isToHere: Bool =
            switch connection.destination {
            case .address(let address): destination.address == address
            case .local: destination.address.isLocal(among: addresses)
            }
        return protocolNumber == connection.transport.number
            && destination.port == connection.destinationPort && isToHere
            && isFromHere == (connection.direction == .outbound)
            && connection.sourceAddress.map { $0 == client.address } ?? true
            && connection.sourcePort.map { $0 == client.port } ?? true
    }

    /// Whether it goes to a place that an outcome names.
    public func goes(to place: Outcome.Place, machine addresses: Set<IPAddress>) -> Bool {
        guard place.port == target.port else { return false }
        return switch place.host {
        case .address(let address): target.address == address
        case .local: target.address.isLocal(among: addresses)
        }
    }
}
