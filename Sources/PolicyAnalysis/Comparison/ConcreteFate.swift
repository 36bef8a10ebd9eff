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
            weights[Self.place(place, outcome, packet), default: 0] += weight
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
                place: Self.place(place, only, packet),
                weight: share.weight
            )
            if order.last?.place == part.place {
                order[order.count - 1].weight += part.weight
            } else {
                order.append(part)
            }
        }
    }

    /// A place with its address, and the source that connections have there.
    private static func place(
        _ place: Outcome.Place,
        _ outcome: Outcome,
        _ packet: FirstPacket
    ) -> Place {
        Place(
            place: place.resolved(for: packet),
            source: outcome.source(at: place, of: packet)
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
