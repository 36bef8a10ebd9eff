import Addressing
import PolicyModel
import RulesetModel

extension Policy {
    /// What the language says that is done to a connection.
    func effects(on packet: FirstPacket) -> Effects {
        let outcome = outcome(of: packet)
        let total = outcome.places.values.reduce(0) { $0 + UInt128($1) }
        return outcome.places.reduce(into: [:]) { effects, place in
            effects[effect(of: outcome, at: place.key, on: packet)] =
                Fraction(UInt128(place.value), of: total)
        }
    }

    private func effect(
        of outcome: Outcome,
        at place: Outcome.Place,
        on packet: FirstPacket
    ) -> Effect {
        guard let redirect = outcome.redirect else { return Effect(place: place) }
        return Effect(
            redirects: [redirect.name],
            place: place,
            counted: settings.counters ? [redirect.name] : [],
            lines: redirect.log.map { [Effect.Line(log: $0, redirect: redirect.name)] } ?? [],
            draws: redirect.decision.draws(for: packet.family),
            newSource: packet.leavesAnew(to: place)
                ? outcome.newSource.flatMap { Effect.NewSource($0, packet.family) } : nil
        )
    }
}

extension Effect.NewSource {
    fileprivate init?(_ source: Masquerade.Source, _ family: IPFamily) {
        if source == .interface {
            self = .interface
        } else {
            guard let address = source.addresses[family] else { return nil }
            self = .address(address)
        }
    }
}

extension FirstPacket {
    /// Whether a connection leaves the machine, for another place than it was sent to.
    func leavesAnew(to place: Outcome.Place) -> Bool {
        guard case .address(let address) = place.host else { return false }
        if address == destination, isToThisMachine { return false }
        return address != destination || place.port != destinationPort
    }
}

extension Decision {
    fileprivate func draws(for family: IPFamily) -> Set<LoadBalancing.Method> {
        guard case .balance(let balance) = self,
            balance.shares.count(where: { $0.target.families.contains(family) }) > 1
        else { return [] }
        switch balance.method {
        case .random: return [.random]
        case .roundRobin: return [.increasing]
        case .sourceHash: return [.sourceHash]
        }
    }
}
