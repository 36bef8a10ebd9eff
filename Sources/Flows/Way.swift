import Addressing

/// Where rules may send a connection.
struct Way: Hashable {
    enum Host: Hashable {
        /// The address that it was sent to.
        case same
        case address(IPAddress)
        /// This machine, at an address that depends on where the connection comes from.
        case thisMachine
    }

    var host: Host

    /// The new port; nothing where it stays.
    var port: Port?

    /// The redirect that sends it there.
    var redirect: String?

    /// That it is left alone.
    static let unchanged = Way(host: .same, port: nil, redirect: nil)

    /// Whether a flow that goes this way ends up at a place.
    func leads(_ flow: Flow, to place: Flow.End, machine addresses: Set<IPAddress>) -> Bool {
        guard (port ?? flow.destination.port) == place.port else { return false }
        return switch host {
        case .same: flow.destination.address == place.address
        case .address(let address): address == place.address
        case .thisMachine: place.address.isLocal(among: addresses)
        }
    }
}
