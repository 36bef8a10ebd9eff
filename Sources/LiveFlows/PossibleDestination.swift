import Addressing
import RulesetModel

/// Where rules may send a connection.
struct PossibleDestination: Hashable {
    enum Host: Hashable {
        /// The address that it was sent to.
        case same
        case address(IPAddress)
        /// The address at its position in a prefix.
        case prefix(AddressRange)
        /// This machine, at an address that depends on where the connection comes from.
        case thisMachine
    }

    /// Whose address the target sees.
    enum Source: Hashable {
        /// The client's.
        case client
        /// That of the interface by which the connection leaves.
        case interface
        case address(IPAddress)
    }

    var host: Host

    /// The new port; `nil` if it stays.
    var port: Port?

    /// The redirect that sends it there.
    var redirect: String?

    var source = Source.client

    /// That it is left alone.
    static let unchanged = PossibleDestination(host: .same, port: nil, redirect: nil)

    /// Whether a flow that goes this way ends up at a place.
    func leads(_ flow: Flow, to place: Flow.End, machine addresses: Set<IPAddress>) -> Bool {
        guard (port ?? flow.destination.port) == place.port else { return false }
        return switch host {
        case .same: flow.destination.address == place.address
        case .address(let address): address == place.address
        case .prefix(let prefix):
            prefix.address(at: flow.destination.address) == place.address
        case .thisMachine: place.address.isLocal(among: addresses)
        }
    }

    /// Whether the target of a flow that goes this way may see the source that it sees.
    func mayGiveSource(of flow: Flow, machine addresses: Set<IPAddress>) -> Bool {
        // What stays on this machine keeps its source.
        guard !flow.target.address.isLocal(among: addresses) else { return true }
        let seen = flow.answerDestination.address
        return switch source {
        case .client: seen == flow.client.address
        case .interface: seen.isLocal(among: addresses)
        case .address(let address): seen == address
        }
    }
}
