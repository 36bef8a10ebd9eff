import Addressing
import PolicyModel

/// What becomes of one packet, in a form in which the same is equal.
struct ConcreteFate: Equatable {
    private struct Place: Hashable {
        let place: Outcome.Place
        /// What the source becomes; `nil` if it stays.
        let source: Masquerade.Source?
    }

    private struct Part: Equatable {
        let place: Place
        var weight: UInt32
    }

    private let weights: [Place: UInt32]

    /// The parts in the order of the client's hash, if there are several and that chooses.
    private var order: [Part] = []

    /// What the reference interpreter says of a packet.
    init(_ outcome: Outcome, of packet: FirstPacket) {
        var weights: [Place: UInt32] = [:]
        for (place, weight) in outcome.places {
            weights[Self.place(place, outcome.newSource, packet), default: 0] += weight
        }
        self.weights = weights.reduced
        guard weights.count > 1, var redirect = outcome.redirect,
            case .balance(let balance) = redirect.decision, balance.method == .sourceHash
        else { return }
        for share in balance.shares {
            redirect.decision = .target(share.target)
            let only = Policy(redirects: [redirect]).outcome(of: packet)
            guard only.redirect != nil, let place = only.places.keys.first else { continue }
            let part = Part(
                place: Self.place(place, only.newSource, packet),
                weight: share.weight
            )
            if order.last?.place == part.place {
                order[order.count - 1].weight += part.weight
            } else {
                order.append(part)
            }
        }
    }

    /// A place with the source that connections have there.
    ///
    /// For outbound connections, `local` is the loopback address. A source changes only where a connection
    /// leaves this machine for another place than it was sent to.
    private static func place(
        _ place: Outcome.Place,
        _ source: Masquerade.Source?,
        _ packet: FirstPacket
    ) -> Place {
        var place = place
        if place.host == .local, packet.direction == .outbound,
            let loopback = IPAddress(packet.family == .ipv4 ? "127.0.0.1" : "::1")
        {
            place.host = .address(loopback)
        }
        let stays: Bool =
            switch place.host {
            case .local: true
            case .address(let address) where address == packet.destination:
                packet.isToThisMachine || place.port == packet.destinationPort
            case .address(let address):
                AddressRange.loopback(of: address.family).contains(AddressRange(address))
            }
        return Place(
            place: place,
            source: stays ? nil : source.flatMap { $0.restricted(to: packet.family) }
        )
    }
}

extension Dictionary where Value: BinaryInteger {
    /// The same weights in the least numbers.
    var reduced: [Key: Value] {
        let divisor = values.reduce(Value.zero) { one, other in
            var (one, other) = (one, other)
            while other != 0 { (one, other) = (other, one % other) }
            return one
        }
        return divisor > 1 ? mapValues { $0 / divisor } : self
    }
}
