public import Addressing

/// The reference of the language: whatever a policy is made into must give the same outcomes.
extension Policy {
    /// What becomes of a connection.
    ///
    /// The redirects are tried in order, and the first that matches decides. A connection that none
    /// matches is left alone.
    public func outcome(of packet: FirstPacket) -> Outcome {
        Outcome(
            of: packet,
            decidedBy: redirects.first { $0.mismatch(for: packet) == nil }
        )
    }
}

extension Outcome {
    /// What becomes of a connection that a redirect decides; `nil` if none matches it.
    public init(of packet: FirstPacket, decidedBy redirect: Redirect?) {
        self.redirect = redirect
        places = redirect?.decision.places(of: packet) ?? [packet.place: 1]
        newSource = redirect?.masquerade.flatMap {
            $0.clients?.contains(packet.source) ?? true ? $0.source : nil
        }
    }
}

extension Outcome {
    /// What the source of a connection becomes if it goes to a place; `nil` if it stays.
    ///
    /// It stays if the connection does not leave this machine, or goes where it was sent.
    public func source(at place: Place, of packet: FirstPacket) -> Masquerade.Source? {
        guard place.resolved(for: packet) != packet.place, !place.isOnThisMachine(for: packet)
        else { return nil }
        return newSource?.restricted(to: packet.family)
    }
}

extension Outcome.Place {
    /// The place with its address: what this machine sends to `local` goes to 127.0.0.1 or ::1.
    public func resolved(for packet: FirstPacket) -> Outcome.Place {
        guard host == .local, packet.direction == .outbound else { return self }
        return Outcome.Place(host: .address(.loopback(of: packet.family)), port: port)
    }

    /// Whether it is known to be on this machine.
    public func isOnThisMachine(for packet: FirstPacket) -> Bool {
        switch host {
        case .local: true
        case .address(let address):
            address.isLoopback || packet.isToThisMachine && address == packet.destination
        }
    }
}

extension Redirect {
    /// Why a redirect leaves a connection to later ones.
    public enum Obstacle: Sendable, Hashable {
        /// It has no effect.
        case disabled
        /// It is about the other direction.
        case direction
        /// The connection does not match this key.
        case key(Match.Key)
        /// None of its targets can take the family.
        case target(IPFamily)
        /// The connection matches the entry of `except` with this index.
        case exception(Int)
    }

    /// Why the redirect leaves a connection to later ones; `nil` if it matches.
    ///
    /// It matches if every key of its match does and no exception does.
    public func mismatch(for packet: FirstPacket) -> Obstacle? {
        guard isEnabled else { return .disabled }
        guard directions.contains(packet.direction) else { return .direction }
        if let key = match.mismatchedKey(of: packet) { return .key(key) }
        guard decision.families.contains(packet.family) else { return .target(packet.family) }
        return exceptions.firstIndex { $0.mismatchedKey(of: packet) == nil }.map { .exception($0) }
    }
}

extension Decision {
    /// Where a connection that it decides can go; of several places, those for its family share it.
    fileprivate func places(of packet: FirstPacket) -> [Outcome.Place: UInt32] {
        switch self {
        case .bypass: [packet.place: 1]
        case .target(let target): [target.place(of: packet): 1]
        case .balance(let balance):
            Dictionary(
                balance.shares.filter { $0.target.families.contains(packet.family) }
                    .map { ($0.target.place(of: packet), $0.weight) },
                uniquingKeysWith: +
            )
        }
    }
}

extension Target {
    /// Where a connection goes; a shift knows every port that the match lets through.
    fileprivate func place(of packet: FirstPacket) -> Outcome.Place {
        var place = packet.place
        switch self {
        case .port: break
        case .address(let address, _): place.host = .address(address)
        // It knows every address that the match lets through.
        case .prefix(let move):
            if let address = move(packet.destination) { place.host = .address(address) }
        case .local: place.host = .local
        }
        switch port {
        case nil: break
        case .one(let port): place.port = port
        case .shift(let shift): place.port = packet.destinationPort.flatMap { shift($0) }
        }
        return place
    }
}

extension FirstPacket {
    /// Where it was sent.
    public var place: Outcome.Place {
        Outcome.Place(host: .address(destination), port: destinationPort)
    }
}
